package org.moshpit.rendezvous.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.rendezvous.core.AgentView;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.CoreCommand;
import org.moshpit.rendezvous.core.NatWords;
import org.moshpit.rendezvous.core.Role;

class ControlJsonTest {
  private static final ControlAnswer ANSWERS =
      new ControlAnswer(
          () ->
              new JoinAddress(
                  List.of(new HostPort("pit.example", 443), new HostPort("192.0.2.1", 443)),
                  List.of(SpkiPin.ofHash(new byte[32]))));

  @Test
  void requestsReadAsWritten() throws Exception {
    List<ControlRequest> requests =
        List.of(
            new ControlRequest.Invite(
                "box", Role.LAPTOP, new TreeSet<>(List.of("a", "b")), 3, 86_400_000_000L),
            new ControlRequest.Agents(),
            new ControlRequest.Revoke("x\"y"));
    for (ControlRequest request : requests) {
      assertThat(request.toJson()).doesNotContain("\n");
      assertThat(ControlRequest.parse(request.toJson())).isEqualTo(request);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{",
        "{}",
        "{\"command\":\"dance\"}",
        "{\"command\":5}",
        "{\"command\":\"invite\",\"role\":\"king\"}",
        "{\"command\":\"invite\",\"uses\":\"x\"}",
        "{\"command\":\"invite\",\"uses\":99999999999}"
      })
  void whatIsNoRequest(String line) {
    assertThatThrownBy(() -> ControlRequest.parse(line)).isInstanceOf(IOException.class);
  }

  @Property(tries = 1000)
  void garbageIsAnIoException(@ForAll String line) {
    assertThatThrownBy(() -> ControlRequest.parse(line)).isInstanceOf(IOException.class);
  }

  @Test
  void anInviteIsAUrl() {
    assertThat(ANSWERS.of(new CoreCommand.Invited(1, Bytes.of(new byte[16]), "", 5)))
        .isEqualTo(
            "{\"ok\":true,\"url\":\"moshpit://pit.example:443/?pin=sha256:"
                + "A".repeat(43)
                + "&at=192.0.2.1:443&token="
                + "A".repeat(22)
                + "\"}");
  }

  @Test
  void agentsAsTheContractHasThem() {
    AgentView box =
        new AgentView(
            "box",
            Bytes.of(new byte[32]),
            Role.BOX,
            true,
            TransportAddress.parse("[2001:db8::1]:7"),
            List.of(
                new AgentView.SessionSocket(
                    Bytes.of(new byte[16]), TransportAddress.parse("192.0.2.1:8")),
                new AgentView.SessionSocket(Bytes.of(new byte[16]), null)),
            new NatWords("endpoint-independent", "", "preserving"),
            1_700_000_000_123L);
    AgentView never =
        new AgentView("new", Bytes.EMPTY, Role.BOTH, false, null, List.of(), NatWords.UNKNOWN, 0);

    assertThat(ANSWERS.of(new CoreCommand.Listed(1, List.of(box, never))))
        .isEqualTo(
            """
            {"ok":true,"agents":[{"name":"box",\
            "key":"SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU","online":true,\
            "observed":"[2001:db8::1]:7",\
            "sockets":[{"session":"00000000000000000000000000000000","observed":"192.0.2.1:8"},\
            {"session":"00000000000000000000000000000000","observed":null}],\
            "mapping":"endpoint-independent","filtering":"unknown","allocation":"preserving",\
            "since":"2023-11-14T22:13:20.123Z","role":"box"},\
            {"name":"new","key":"SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",\
            "online":false,"observed":null,"sockets":[],"mapping":"unknown",\
            "filtering":"unknown","allocation":"unknown","since":null,"role":"both"}]}""");
  }

  @Test
  void failures() {
    assertThat(ANSWERS.of(new CoreCommand.Failed(1, "No.")))
        .isEqualTo("{\"ok\":false,\"error\":\"No.\"}");
    assertThat(ANSWERS.of(new CoreCommand.Revoked(1, "box")))
        .isEqualTo("{\"ok\":true,\"name\":\"box\"}");
  }
}
