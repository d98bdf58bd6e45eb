/**
 * The status page: what a survey of the core amounts to, kept minute by minute, and rendered as
 * HTML and SVG. Pure: a snapshot and the time go in, text comes out.
 *
 * <p>Everything that is not written here goes through {@link org.moshpit.rendezvous.page.Html},
 * which escapes it. There is no style attribute and no inline script, so that the policy the page
 * is sent with need not allow any.
 */
package org.moshpit.rendezvous.page;
