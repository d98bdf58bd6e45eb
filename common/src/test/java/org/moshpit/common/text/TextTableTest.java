package org.moshpit.common.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTableTest {
  private static TextTable wide() {
    TextTable table =
        new TextTable()
            .column("NAME")
            .column("STATE")
            .column("SINCE", 2, 0)
            .column("OBSERVED", 3, 0)
            .column("NAT", 1, 8)
            .column("KEY", 4, 12);
    table.row(
        "a-box-with-a-name",
        Cell.online(true),
        "2026-03-04 12:00",
        "[2001:db8:1234:5678::1]:60001",
        Cell.nat("address-and-port-dependent", "sequential"),
        "SHA256:" + "k".repeat(43));
    table.row("b", Cell.online(false), null, null, null, "SHA256:x");
    return table;
  }

  @Test
  void columnsAreAlignedAndControlCharactersHarmless() {
    TextTable table = new TextTable().column("A").column("LONG").column("C");
    table.row("one", "2", "3");
    table.row("x\u001b[2J", "", "\n");
    assertThat(table.on(Screen.PLAIN))
        .isEqualTo("A      LONG  C\none    2     3\nx?[2J        ?\n");
    assertThatThrownBy(() -> table.row("too few")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsNoTerminalGetsAll() {
    assertThat(wide().on(Screen.PLAIN))
        .contains(
            "address-and-port-dependent, sequential",
            "[2001:db8:1234:5678::1]:60001",
            "k".repeat(43))
        .doesNotContain("…", "\u001b");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 20, 40, 80, 120, 200})
  void noLineIsLongerThanTheTerminalIsWide(int columns) {
    assertThat(wide().on(new Screen(columns, false)).lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
  }

  @Test
  void atForty() {
    assertThat(wide().on(new Screen(40, false)))
        .isEqualTo(
            """
            NAME               STATE    NAT
            a-box-with-a-name  online   address-and…
            b                  offline  -
            """);
  }

  @Test
  void atEighty() {
    assertThat(wide().on(new Screen(80, false)))
        .isEqualTo(
            """
            NAME               STATE    SINCE             NAT
            a-box-with-a-name  online   2026-03-04 12:00  address-and-port-dependent, seque…
            b                  offline  -                 -
            """);
  }

  @Test
  void atOneHundredAndTwenty() {
    assertThat(wide().on(new Screen(120, false)).lines().toList().get(1))
        .isEqualTo(
            "a-box-with-a-name  online   2026-03-04 12:00  [2001:db8:1234:5678::1]:60001"
                + "  address-and-port-de…  SHA256:kkkkkkkkkkkkk…");
  }

  @Test
  void atTwoHundredAllIsThere() {
    assertThat(wide().on(new Screen(200, false))).isEqualTo(wide().on(Screen.PLAIN));
  }

  @Test
  void coloursRepeatTheWordsAndTakeNoRoom() {
    String coloured = wide().on(new Screen(80, true));
    assertThat(coloured)
        .contains(
            "\u001b[1mNAME\u001b[0m", "\u001b[32monline\u001b[0m", "\u001b[2moffline\u001b[0m");
    assertThat(coloured.replaceAll("\u001b\\[[0-9]*m", ""))
        .isEqualTo(wide().on(new Screen(80, false)));
  }

  @Test
  void wideAndCombiningCharactersTakeTheRoomTheyTake() {
    TextTable table = new TextTable().column("A", 0, 3).column("B");
    table.row("日本語", "x");
    table.row("e\u0301", "y");
    assertThat(table.on(Screen.PLAIN)).isEqualTo("A       B\n日本語  x\ne\u0301       y\n");
    assertThat(table.on(new Screen(8, false))).isEqualTo("A      B\n日本…  x\ne\u0301      y\n");
    assertThat(Widths.of("😀")).isEqualTo(2);
    assertThat(Widths.cut("日本語", 4)).isEqualTo("日…");
  }
}
