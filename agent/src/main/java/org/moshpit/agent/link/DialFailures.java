package org.moshpit.agent.link;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.channels.ClosedChannelException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.LinkTls.PinMismatchException;

/** Collects why attempts failed, and picks the failure that tells a person most. */
final class DialFailures {
  private final Rendezvous rendezvous;
  private LinkFailure told;
  private int weight = -1;

  DialFailures(Rendezvous rendezvous) {
    this.rendezvous = rendezvous;
  }

  LinkFailure mostTelling() {
    return told == null ? new LinkFailure.Unreachable(rendezvous, "no answer") : told;
  }

  void noAnswer() {
    keep(0, new LinkFailure.Unreachable(rendezvous, "no answer"));
  }

  void unknownName(HostPort name) {
    keep(1, new LinkFailure.Unreachable(rendezvous, "the name " + name.host() + " is not known"));
  }

  void otherProtocol(String why) {
    keep(3, new LinkFailure.NotRendezvous(rendezvous, why));
  }

  void add(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof PinMismatchException mismatch) {
        keep(5, new LinkFailure.WrongPin(rendezvous, mismatch.presented()));
        return;
      }
    }
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof CertificateException && !rendezvous.pins().isEmpty()) {
        // the JDK reads a certificate before it asks whether its key is pinned
        keep(5, new LinkFailure.WrongPin(rendezvous, PinMismatchException.UNREADABLE));
        return;
      }
      if (at instanceof CertificateException || at instanceof InvalidAlgorithmParameterException) {
        keep(
            4,
            new LinkFailure.Untrusted(
                rendezvous, CertificateWords.of(at, rendezvous.host().host())));
        return;
      }
    }
    if (cause instanceof NotSslRecordException) {
      otherProtocol("no TLS");
    } else if (cause instanceof ConnectTimeoutException
        || cause instanceof SslHandshakeTimeoutException) {
      noAnswer();
    } else if (cause instanceof NoRouteToHostException) {
      keep(1, new LinkFailure.Unreachable(rendezvous, "no route there"));
    } else if (cause instanceof ClosedChannelException) {
      keep(2, new LinkFailure.Unreachable(rendezvous, "it closed the connection"));
    } else if (cause instanceof ConnectException) {
      keep(2, new LinkFailure.Unreachable(rendezvous, connectWords(cause)));
    } else if (cause instanceof SSLException) {
      otherProtocol("the TLS handshake failed: " + words(cause));
    } else {
      keep(1, new LinkFailure.Unreachable(rendezvous, words(cause)));
    }
  }

  private void keep(int newWeight, LinkFailure failure) {
    if (newWeight > weight) {
      weight = newWeight;
      told = failure;
    }
  }

  private static String connectWords(Throwable cause) {
    String text = words(cause);
    if (text.contains("refused")) {
      return "connection refused";
    }
    return text.contains("unreachable") ? "network unreachable" : text;
  }

  private static String words(Throwable cause) {
    String message = cause.getMessage();
    if (message == null || message.isBlank()) {
      return cause.getClass().getSimpleName();
    }
    String line = message.lines().findFirst().orElse("").strip();
    return line.substring(0, Math.min(160, line.length()));
  }
}
