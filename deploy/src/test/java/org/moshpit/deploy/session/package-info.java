/**
 * Sessions from end to end by the product's own launchers, in the namespace lab: real kernel NATs,
 * stock mosh, a terminal with a screen. All tagged {@code lab}.
 */
package org.moshpit.deploy.session;
