package org.moshpit.common.web;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/**
 * The headers of one request, 64 lines at most: the shortest are two bytes on the way and two
 * hundred here. A browser sends about twenty, and a proxy adds some.
 */
final class FewHeaders extends DefaultHttpHeaders {
  static final int MAX = 64;

  private int lines;

  /** What the decoder calls for each line as it reads it. */
  @Override
  public HttpHeaders add(CharSequence name, Object value) {
    lines++;
    if (lines > MAX) {
      throw new TooLongHttpHeaderException("more than " + MAX + " lines");
    }
    return super.add(name, value);
  }
}
