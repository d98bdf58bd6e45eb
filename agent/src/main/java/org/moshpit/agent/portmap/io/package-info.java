/**
 * The edge of {@link org.moshpit.agent.portmap}: what of this host's addresses leads to which
 * gateway, UPnP's HTTP and XML, and a probe for those who only want to know.
 */
package org.moshpit.agent.portmap.io;
