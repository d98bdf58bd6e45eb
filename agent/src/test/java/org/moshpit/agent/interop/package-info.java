/** Our connectivity checks against another implementation of RFC 8445, over loopback. */
package org.moshpit.agent.interop;
