package org.moshpit.deploy.documents;

import java.util.List;
import java.util.stream.Stream;

/** All steps, in the order of a machine's life. */
final class Steps {
  private Steps() {}

  static List<Step> all() {
    return Stream.of(
            InstallSteps.all(),
            SessionSteps.all(),
            CareSteps.all(),
            CertificateSteps.all(),
            PageSteps.all(),
            EndSteps.all())
        .flatMap(List::stream)
        .toList();
  }
}
