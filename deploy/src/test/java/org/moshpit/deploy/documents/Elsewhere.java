package org.moshpit.deploy.documents;

import java.util.List;
import org.moshpit.deploy.manual.ManualTest;
import org.moshpit.deploy.nat.SimulatedNatsTest;
import org.moshpit.deploy.robust.CertbotHookTest;
import org.moshpit.deploy.session.DemoTest;
import org.moshpit.deploy.systemd.PackageTest;

/**
 * Commands that another test runs, or that run the test.
 *
 * <p>Not run in full: Maven in Maven. Of its commands {@code DocumentsTest} holds that the profile,
 * the properties and the test named are there, and the test named here does what they do. Nor is
 * certbot, which needs a CA that answers.
 *
 * @param test the class that does so
 */
record Elsewhere(String at, String command, Class<?> test) {
  static List<Elsewhere> all() {
    return List.of(
        // the build is what runs this; the profile adds deploy/packages/make, which that test runs
        by(PackageTest.class, "mvn -q -Ppackages package"),
        by(PackageTest.class, "mvn -Ppackages package"),
        by(DocumentsTest.class, "mvn package"),
        // which compares; writing anew is one branch of it
        by(
            ManualTest.class,
            "mvn package -Dtest=ManualTest -Dmoshpit.rewrite=true"
                + " -Dsurefire.failIfNoSpecifiedTests=false"),
        // it has man read every page
        by(ManualTest.class, "man -l docs/man/agent-connect.1"),
        by(
            SimulatedNatsTest.class,
            "mvn package -Dtest.groups=lab -Dtest.excludedGroups= -Dtest=SimulatedNatsTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false"),
        by(DemoTest.class, "deploy/demo"),
        // its hook; no CA would answer certbot itself
        by(
            CertbotHookTest.class,
            "certbot certonly --standalone -d vps.example.net"
                + " --deploy-hook /usr/lib/moshpit-rendezvous/certbot-hook"),
        by(
            CertbotHookTest.class,
            "certbot certonly --standalone --csr request.pem --fullchain-path fullchain.pem"),
        // every test that is tagged lab is run by it
        by(DocumentedCommandsTest.class, "deploy/test"));
  }

  private static Elsewhere by(Class<?> test, String command) {
    return new Elsewhere(Claim.caller(), command, test);
  }
}
