/** The command line of the rendezvous: options in, everything else wired together. */
package org.moshpit.rendezvous.cli;
