/**
 * Counts, gauges and histograms in Prometheus' text format 0.0.4; JDK only, safe for any thread.
 *
 * <pre>
 * # HELP moshpit_x_total What it counts.
 * # TYPE moshpit_x_total counter
 * moshpit_x_total{reason="busy"} 3
 * moshpit_y_seconds_bucket{le="0.1"} 1       cumulative; the last is le="+Inf"
 * moshpit_y_seconds_sum 0.05
 * moshpit_y_seconds_count 1
 * </pre>
 *
 * Labels are words of ours, never names, addresses or what a peer sent; and a family keeps at most
 * {@link org.moshpit.common.metrics.MetricSet#MAX_SERIES} series whatever happens.
 */
package org.moshpit.common.metrics;
