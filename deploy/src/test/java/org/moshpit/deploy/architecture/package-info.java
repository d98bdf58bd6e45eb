/** The rules of the house that a compiler does not know: purity and the one way of the arrows. */
package org.moshpit.deploy.architecture;
