package org.moshpit.common.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class UsageTest {
  @Command(name = "it", subcommands = Sub.class)
  static final class It {}

  @Command(name = "sub", mixinStandardHelpOptions = true)
  static final class Sub {}

  @ParameterizedTest
  @CsvSource({"0, 80", "10, 56", "72, 72", "80, 80", "100, 100", "200, 100"})
  void helpIsAsWideAsTheTerminalUpToAHundredColumns(int columns, int width) {
    CommandLine line = new CommandLine(new It());
    Usage.on(line, new Screen(columns, false));
    assertThat(line.getUsageHelpWidth()).isEqualTo(width);
    assertThat(line.getSubcommands().get("sub").getUsageHelpWidth()).isEqualTo(width);
  }

  @Test
  void coloursOnlyWhereThereAreSome() {
    CommandLine line = new CommandLine(new Sub());
    Usage.on(line, new Screen(80, true));
    assertThat(line.getUsageMessage(line.getColorScheme())).contains("\u001b[");
    Usage.on(line, new Screen(80, false));
    assertThat(line.getUsageMessage(line.getColorScheme())).doesNotContain("\u001b[");
  }
}
