/**
 * Manual pages and the shells' completions, made from what the commands say of themselves; a test
 * holds that what is committed under docs/man and docs/completion is that.
 */
package org.moshpit.deploy.manual;
