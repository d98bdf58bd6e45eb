/** What a rendezvous tells Prometheus; loaded only if {@code --metrics} asks for it. */
package org.moshpit.rendezvous.metrics;
