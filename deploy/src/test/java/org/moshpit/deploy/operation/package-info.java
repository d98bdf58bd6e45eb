/** What an operator sees and does: metrics, health, settings, logs, backups. */
package org.moshpit.deploy.operation;
