/**
 * What a box's agent tells Prometheus. Only {@link org.moshpit.agent.metrics.BoxMeter}, which
 * counts nothing by itself, is loaded unless {@code metrics} is set.
 */
package org.moshpit.agent.metrics;
