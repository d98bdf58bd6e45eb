/** {@code agent netcheck} at work: a link, a discovery for each address family, one result. */
package org.moshpit.agent.cli.netcheck;
