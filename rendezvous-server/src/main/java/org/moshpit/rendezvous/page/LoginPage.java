package org.moshpit.rendezvous.page;

/** The form that asks for the token; tells nothing about the rendezvous. */
public final class LoginPage {
  private LoginPage() {}

  /**
   * Renders it.
   *
   * @param wrong whether a token was given that is not the one
   */
  public static String of(boolean wrong) {
    Html out = new Html();
    StatusPage.begin(out, "status");
    out.raw("<main class=\"login\"><h1>Rendezvous status</h1>\n")
        .raw("<form method=\"post\" action=\"/login\">")
        .raw("<label for=\"token\">Token</label>\n")
        .raw("<input id=\"token\" name=\"token\" type=\"password\" required maxlength=\"512\"")
        .raw(" autocomplete=\"current-password\"");
    if (wrong) {
      out.raw(" aria-describedby=\"wrong\" aria-invalid=\"true\"");
    }
    out.raw(">\n<button type=\"submit\">Show the status</button></form>\n");
    if (wrong) {
      out.raw("<p id=\"wrong\" role=\"alert\">That is not the token.</p>\n");
    }
    out.raw("<p>It is in the file that <code>page-token-file</code> names.</p>\n");
    return out.raw("</main>\n</body></html>\n").toString();
  }
}
