package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.text.Screen;
import org.moshpit.common.text.TextTable;

/** Has all checks look at once, and shows what they found. */
final class Findings {
  private static final long PATIENCE_MILLIS = 8_000;
  private static final int INDENT = 2;
  private static final int NARROWEST = 20;

  private Findings() {}

  /**
   * Findings that belong together.
   *
   * @param heading empty if they need none
   * @param findings in the order to be shown
   */
  record Group(String heading, List<Finding> findings) {
    static Group of(String heading, List<Finding> findings) {
      return new Group(heading, List.copyOf(findings));
    }
  }

  /** All of all groups side by side; the findings in the order of the checks. Blocks. */
  static List<Group> ofGroups(List<Checks.Group> groups) {
    List<Check> all = new ArrayList<>();
    groups.forEach(group -> all.addAll(group.checks()));
    List<List<Finding>> found = each(all, PATIENCE_MILLIS);
    List<Group> result = new ArrayList<>();
    int from = 0;
    for (Checks.Group group : groups) {
      int to = from + group.checks().size();
      result.add(
          Group.of(
              group.heading(), found.subList(from, to).stream().flatMap(List::stream).toList()));
      from = to;
    }
    return result;
  }

  /** All of them side by side; the findings in the order of the checks. Blocks. */
  static List<Finding> of(List<Check> checks) {
    return of(checks, PATIENCE_MILLIS);
  }

  static List<Finding> of(List<Check> checks, long patienceMillis) {
    return each(checks, patienceMillis).stream().flatMap(List::stream).toList();
  }

  private static List<List<Finding>> each(List<Check> checks, long patienceMillis) {
    if (checks.isEmpty()) {
      return List.of();
    }
    ExecutorService pool =
        Executors.newFixedThreadPool(
            checks.size(),
            work -> {
              Thread thread = new Thread(work, "check");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Callable<List<Finding>>> looks = new ArrayList<>();
      checks.forEach(check -> looks.add(check::look));
      List<Future<List<Finding>>> found =
          pool.invokeAll(looks, patienceMillis, TimeUnit.MILLISECONDS);
      List<List<Finding>> all = new ArrayList<>();
      for (int i = 0; i < found.size(); i++) {
        all.add(result(checks.get(i), found.get(i)));
      }
      return all;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError(ExitCode.INTERRUPTED, "interrupted", e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static List<Finding> result(Check check, Future<List<Finding>> found)
      throws InterruptedException {
    try {
      return found.get();
    } catch (CancellationException e) {
      return List.of(Finding.warning(check.what(), "not known: it took too long", ""));
    } catch (ExecutionException e) {
      String why =
          e.getCause() instanceof IOException && e.getCause().getMessage() != null
              ? e.getCause().getMessage()
              : e.getCause().toString();
      return List.of(Finding.warning(check.what(), "not known: " + why, ""));
    }
  }

  /** Each group beneath its heading; the columns are those of all. */
  static String text(List<Group> groups, Screen screen) {
    List<Finding> findings = groups.stream().flatMap(group -> group.findings().stream()).toList();
    List<Integer> starts = new ArrayList<>();
    List<String> headings = new ArrayList<>();
    int at = 0;
    for (Group group : groups) {
      if (!group.heading().isEmpty() && !group.findings().isEmpty()) {
        starts.add(at);
        headings.add(group.heading());
      }
      at += group.findings().size();
    }
    TextTable table = new TextTable().column("CHECKED").column("FOUND", 0, NARROWEST);
    findings.forEach(finding -> table.row(finding.what(), finding.cell()));
    List<String> lines = table.on(screen).lines().toList();
    int columns = screen.columns();
    Screen narrower =
        new Screen(columns == 0 ? 0 : Math.max(NARROWEST, columns - INDENT), screen.colour());
    StringBuilder text = new StringBuilder(lines.get(0)).append('\n');
    for (int i = 0; i < findings.size(); i++) {
      int heading = starts.indexOf(i);
      if (heading >= 0) {
        text.append(headings.get(heading)).append('\n');
      }
      text.append(lines.get(i + 1)).append('\n');
      String remedy = findings.get(i).remedy();
      if (!remedy.isEmpty()) {
        text.append(narrower.wrapped(remedy).indent(INDENT));
      }
    }
    return text.toString();
  }
}
