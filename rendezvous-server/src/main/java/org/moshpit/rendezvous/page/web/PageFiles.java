package org.moshpit.rendezvous.page.web;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The style sheet and the script, from beside this class; no other file is ever read. */
final class PageFiles {
  private final PageAnswer style = read("page.css", "text/css; charset=utf-8");
  private final PageAnswer script = read("page.js", "text/javascript; charset=utf-8");

  PageAnswer style() {
    return style;
  }

  PageAnswer script() {
    return script;
  }

  private static PageAnswer read(String name, String type) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new PageAnswer(HttpResponseStatus.OK, type, text, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
