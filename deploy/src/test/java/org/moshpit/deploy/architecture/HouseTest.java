package org.moshpit.deploy.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class HouseTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.moshpit");

  private static final String[] PURE = {
    "org.moshpit.common.stun..",
    "org.moshpit.common.nat..",
    "org.moshpit.common.sansio..",
    "org.moshpit.common.seal..",
    "org.moshpit.common.relay..",
    "org.moshpit.rendezvous.core..",
    "org.moshpit.rendezvous.page",
    "org.moshpit.agent.candidates..",
    "org.moshpit.agent.punch..",
    "org.moshpit.agent.path..",
    "org.moshpit.agent.session..",
    "org.moshpit.agent.portmap",
  };

  /** Package → the packages of the house it may know; what is not listed, it may not. */
  private static final Map<String, Set<String>> ARROWS = new TreeMap<>();

  private static void arrow(String from, String... to) {
    ARROWS.put("org.moshpit." + from, new TreeSet<>(Arrays.asList(to)));
  }

  static {
    arrow("common.sansio");
    arrow("common.stun", "common.sansio");
    arrow("common.nat", "common.sansio");
    arrow("common.relay");
    arrow("common.netty", "common.sansio");
    arrow("common.service", "common.netty");
    arrow("common.metrics");
    arrow("common.process");
    arrow("common.files", "common.process");
    arrow("common.web", "common.metrics", "common.netty", "common.files");
    arrow("common.wire", "common.sansio", "common.identity");
    arrow("common.identity");
    arrow("common.text", "common.identity");
    arrow("common.seal", "common.sansio", "common.identity");
    arrow(
        "rendezvous.core",
        "common.sansio",
        "common.nat",
        "common.relay",
        "common.identity",
        "common.wire");
    arrow("rendezvous.responder", "common.sansio", "common.stun", "common.relay", "common.netty");
    arrow("rendezvous.store", "rendezvous.core", "common.identity", "common.process");
    arrow("rendezvous.config", "common.wire", "common.sansio", "common.web", "common.files");
    arrow("rendezvous.page", "rendezvous.core", "common.sansio", "common.web");
    arrow(
        "rendezvous.metrics",
        "rendezvous.io",
        "rendezvous.core",
        "rendezvous.responder",
        "common.metrics");
    arrow("rendezvous.certificate", "rendezvous.store", "common.wire", "common.sansio");
    arrow(
        "rendezvous.io",
        "rendezvous.core",
        "rendezvous.certificate",
        "rendezvous.responder",
        "rendezvous.store",
        "common.sansio",
        "common.stun",
        "common.relay",
        "common.nat",
        "common.netty",
        "common.wire",
        "common.identity");
    arrow(
        "rendezvous.control",
        "rendezvous.core",
        "rendezvous.config",
        "common.wire",
        "common.identity",
        "common.process",
        "common.sansio");
    arrow("agent.candidates", "common.sansio");
    arrow("agent.punch", "agent.candidates", "common.sansio", "common.stun", "common.nat");
    arrow(
        "agent.path",
        "agent.punch",
        "agent.candidates",
        "common.sansio",
        "common.stun",
        "common.relay",
        "common.nat");
    arrow(
        "agent.session",
        "agent.path",
        "agent.candidates",
        "agent.config",
        "common.sansio",
        "common.seal",
        "common.identity");
    arrow(
        "agent.harvest",
        "agent.candidates",
        "common.sansio",
        "common.stun",
        "common.nat",
        "common.netty");
    arrow(
        "agent.config",
        "common.files",
        "common.identity",
        "common.process",
        "common.wire",
        "common.sansio",
        "common.web");
    arrow("agent.metrics", "agent.path", "agent.session", "common.metrics", "common.seal");
    arrow("agent.records", "agent.config", "common.seal", "common.identity", "common.sansio");
    arrow("agent.forward", "common.sansio", "common.netty");
    arrow(
        "agent.link",
        "agent.config",
        "agent.netwatch",
        "common.wire",
        "common.identity",
        "common.netty",
        "common.sansio");
    arrow("agent.auth", "agent.config", "common.files", "common.identity", "common.sansio");
    arrow("agent.mosh", "agent.config", "agent.forward");
    arrow("agent.netwatch", "common.sansio");
    arrow("agent.portmap", "agent.candidates", "agent.netwatch", "common.sansio", "common.netty");
    arrow("agent.control", "agent.config", "common.sansio", "common.identity", "common.process");
  }

  @TestFactory
  List<DynamicTest> arrowsRunOneWay() {
    return ARROWS.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> onlyKnows(e.getKey(), e.getValue())))
        .toList();
  }

  private static void onlyKnows(String from, Set<String> allowed) {
    String[] known =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(from),
                allowed.stream().map(name -> "org.moshpit." + name))
            .flatMap(name -> java.util.stream.Stream.of(name, name + ".."))
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(from + "..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.moshpit..")
                .and(DescribedPredicate.not(resideInAnyPackage(known)))
                .as("reside in the house outside " + allowed))
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void everyPackageButTheCommandLinesHasItsArrows() {
    Set<String> unlisted = new TreeSet<>();
    for (JavaClass c : HOUSE) {
      String name = c.getPackageName();
      if (!name.contains(".cli")
          && ARROWS.keySet().stream().noneMatch(p -> name.equals(p) || name.startsWith(p + "."))) {
        unlisted.add(name);
      }
    }
    assertThat(unlisted).isEmpty();
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.moshpit.(*.*)..").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void noPackageStandsInTwoModules() {
    Map<String, Set<String>> homes = new TreeMap<>();
    for (JavaClass c : HOUSE) {
      String source =
          c.getSource()
              .orElseThrow()
              .getUri()
              .toString()
              .replace(c.getName().replace('.', '/'), "");
      homes.computeIfAbsent(c.getPackageName(), p -> new TreeSet<>()).add(moduleOf(source));
    }
    assertThat(homes).isNotEmpty().allSatisfy((p, modules) -> assertThat(modules).hasSize(1));
  }

  private static String moduleOf(String source) {
    for (String module : List.of("common", "rendezvous-server", "agent")) {
      if (source.contains("/" + module + "/target/")) {
        return module;
      }
    }
    return source;
  }

  @Test
  void pureMachinesTouchNoClockNoRandomnessNoThreadNoSocketNoLog() {
    PURITY.check(HOUSE);
  }

  @Test
  void thePurityRuleCanFail() {
    JavaClasses impure =
        new ClassFileImporter().importClasses(ReadsTheClock.class, OpensASocket.class, Logs.class);
    for (JavaClass c : impure) {
      assertThatThrownBy(
              () ->
                  purity(new String[] {c.getPackageName()})
                      .check(new ClassFileImporter().importClasses(c.reflect())))
          .as(c.getSimpleName())
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void protobufStopsBeforeTheRendezvousCore() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.moshpit.rendezvous.core..",
            "org.moshpit.agent.path..",
            "org.moshpit.agent.punch..",
            "org.moshpit.agent.candidates..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.protobuf..", "org.moshpit.common.wire.proto..")
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void onlyHarvestMayKnowIce4j() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.moshpit.agent.harvest..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.ice4j..")
        .check(HOUSE);
  }

  @Test
  void identityIsOfTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("org.moshpit.common.identity..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "javax.crypto..", "org.moshpit.common.identity..", "com.google.errorprone..")
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  private static final Set<String> CLOCKS =
      Set.of("currentTimeMillis", "nanoTime", "exit", "getenv", "getProperty", "identityHashCode");
  private static final Set<String> NAME_SERVICE =
      Set.of(
          "getByName",
          "getAllByName",
          "getLocalHost",
          "getHostName",
          "getCanonicalHostName",
          "isReachable");

  private static final ArchRule PURITY = purity(PURE);

  private static ArchRule purity(String[] packages) {
    return classes()
        .that()
        .resideInAnyPackage(packages)
        .and(DescribedPredicate.not(type(org.moshpit.common.sansio.TransportAddress.class)))
        .should(bePure());
  }

  private static ArchCondition<JavaClass> bePure() {
    return new ArchCondition<>("touch no clock, randomness, thread, socket or log") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        for (JavaAccess<?> access : item.getAccessesFromSelf()) {
          if (impure(access.getTarget())) {
            events.add(SimpleConditionEvent.violated(item, access.getDescription()));
          }
        }
      }
    };
  }

  private static boolean impure(AccessTarget target) {
    String owner = target.getOwner().getName();
    String name = target.getName();
    if (owner.equals("java.lang.System")) {
      return CLOCKS.contains(name);
    }
    if (owner.equals("java.net.InetAddress") || owner.equals("java.net.InetSocketAddress")) {
      return NAME_SERVICE.contains(name);
    }
    if (owner.startsWith("java.time.")) {
      return name.equals("now") || owner.equals(Clock.class.getName());
    }
    if (owner.equals("java.lang.Math")) {
      return name.equals("random");
    }
    if (owner.equals("java.security.SecureRandom")
        || owner.equals("java.util.Random")
        || owner.equals("java.util.concurrent.ThreadLocalRandom")
        || owner.equals("java.util.SplittableRandom")) {
      return name.equals("<init>") || name.equals("current") || name.startsWith("getInstance");
    }
    return owner.equals("java.lang.Thread")
        || owner.equals("java.lang.ProcessBuilder")
        || owner.equals("java.lang.Runtime")
        || owner.equals("java.util.Timer")
        || owner.startsWith("java.util.concurrent.Executor")
        || owner.equals("java.net.Socket")
        || owner.equals("java.net.ServerSocket")
        || owner.equals("java.net.DatagramSocket")
        || owner.equals("java.net.NetworkInterface")
        || owner.startsWith("java.nio.channels.")
        || owner.startsWith("java.nio.file.Files")
        || owner.startsWith("java.io.File")
        || owner.startsWith("io.netty.")
        || owner.startsWith("org.slf4j.")
        || owner.startsWith("java.util.logging.");
  }

  static final class ReadsTheClock {
    long now() {
      return System.nanoTime();
    }
  }

  static final class OpensASocket {
    Object open() throws java.io.IOException {
      return java.nio.channels.DatagramChannel.open();
    }
  }

  static final class Logs {
    Object log() {
      return org.slf4j.LoggerFactory.getLogger(Path.class);
    }
  }
}
