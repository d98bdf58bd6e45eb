/** Parts of several modules against each other, on the simulated network and fake time. */
package org.moshpit.deploy.simulation;
