/**
 * The status page's listener. What is answered, with or without the token:
 *
 * <pre>
 * GET, HEAD /           the page; without the token, where there is one, the form that asks for it
 * POST      /login      token=… → 303 to /, with a cookie; 401 and the form if it is another
 * GET, HEAD /page.css /page.js   to everybody: the form needs them, and they say nothing
 * </pre>
 *
 * The token comes as {@code Authorization: Bearer} or by the form, never in a URL. The cookie holds
 * a secret of that login's own, which is good for twelve hours, and forgotten with the process.
 */
package org.moshpit.rendezvous.page.web;
