/**
 * One small HTTP/1.1 listener for the operator: {@code GET /metrics} and {@code GET /healthz}. It
 * has a thread of its own, so that it can say that the daemon's has stopped, and nothing of it is
 * loaded unless it is asked for.
 */
package org.moshpit.common.web;
