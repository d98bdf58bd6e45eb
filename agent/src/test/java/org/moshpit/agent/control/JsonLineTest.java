package org.moshpit.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class JsonLineTest {
  @Test
  void nestsAndSeparates() {
    String json =
        new JsonLine()
            .object()
            .member("s", "a\"b\\c\nd")
            .member("none", (String) null)
            .member("n", 1.5)
            .member("nan", Double.NaN)
            .member("i", 7L)
            .member("no", (Number) null)
            .member("b", true)
            .member("at", Instant.parse("2026-01-02T03:04:05.678901Z"))
            .member("six", TransportAddress.parse("[2001:db8::1]:7"))
            .name("list")
            .array()
            .value("x")
            .object()
            .endObject()
            .array()
            .endArray()
            .endArray()
            .name("empty")
            .object()
            .endObject()
            .endObject()
            .toString();
    assertThat(json)
        .isEqualTo(
            "{\"s\":\"a\\\"b\\\\c\\u000ad\",\"none\":null,\"n\":1.5,\"nan\":null,\"i\":7,"
                + "\"no\":null,\"b\":true,\"at\":\"2026-01-02T03:04:05.678Z\","
                + "\"six\":\"[2001:db8::1]:7\",\"list\":[\"x\",{},[]],\"empty\":{}}");
  }

  @Property
  void everyTextIsReadBackAsItWas(@ForAll String text) throws Exception {
    String line = new JsonLine().array().value(text).endArray().toString();
    assertThat(line).doesNotContain("\n", "\r", "\u007f");
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      parser.nextToken();
      parser.nextToken();
      assertThat(parser.getText()).isEqualTo(text);
    }
  }
}
