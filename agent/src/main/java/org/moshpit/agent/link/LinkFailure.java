package org.moshpit.agent.link;

import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.wire.proto.RefusalCode;

/** Why there is no link: a kind for programs, a sentence for people. */
public sealed interface LinkFailure {
  /** One plain sentence saying what to do; without a prefix or a newline. */
  String sentence();

  /** The same as an error that ends a command with exit 12. */
  default UserError asError() {
    return new UserError(ExitCode.RENDEZVOUS, sentence());
  }

  /**
   * Whether trying again soon may help. If not, only a person can: a revoked agent, another
   * version.
   */
  default boolean transientFailure() {
    return true;
  }

  /**
   * No address answered.
   *
   * @param why what the last attempt ran into, in a few words
   */
  record Unreachable(Rendezvous rendezvous, String why) implements LinkFailure {
    @Override
    public String sentence() {
      return "the rendezvous "
          + rendezvous
          + " cannot be reached ("
          + why
          + "); check this network, or whether it runs";
    }

    @Override
    public UserError asError() {
      return new UserError(ExitCode.RENDEZVOUS, sentence(), new UnreachableError(why));
    }
  }

  /** It answered with a key that is not pinned. */
  record WrongPin(Rendezvous rendezvous, String presented) implements LinkFailure {
    @Override
    public String sentence() {
      return found()
          + "; another network may be in between, or the rendezvous has a new key: then enroll"
          + " again with a new join URL";
    }

    private String found() {
      return "whoever answers at "
          + rendezvous
          + " is not the pinned rendezvous (it showed "
          + presented
          + ")";
    }

    /** The same for somebody who enrolls: the pin is one they have just given. */
    UserError asErrorOfJoinUrl() {
      return new UserError(
          ExitCode.RENDEZVOUS,
          found()
              + "; check the join URL, or get a new one from rendezvous-server invite; if it is the"
              + " right one, another network is in between");
    }
  }

  /** It has no pin, and its certificate does not verify. */
  record Untrusted(Rendezvous rendezvous, String why) implements LinkFailure {
    @Override
    public String sentence() {
      return "the certificate of "
          + rendezvous
          + " does not verify ("
          + why
          + "); use a join URL with a pin, or repair the certificate";
    }
  }

  /** Something that speaks another protocol. */
  record NotRendezvous(Rendezvous rendezvous, String why) implements LinkFailure {
    @Override
    public String sentence() {
      return "what answers at "
          + rendezvous
          + " does not speak as a rendezvous does ("
          + why
          + "); check host and port";
    }
  }

  /**
   * No version in common.
   *
   * @param theirMin the oldest it speaks
   * @param theirMax the newest it speaks
   */
  record VersionMismatch(Rendezvous rendezvous, int theirMin, int theirMax, int ours)
      implements LinkFailure {
    @Override
    public String sentence() {
      return theirMin > ours
          ? "this agent is too old for the rendezvous " + rendezvous + "; upgrade the agent"
          : "the rendezvous "
              + rendezvous
              + " is too old for this agent; upgrade rendezvous-server";
    }

    @Override
    public boolean transientFailure() {
      return false;
    }
  }

  /**
   * It said no.
   *
   * @param detail its own sentence, may be empty; shown, never acted on
   */
  record Refused(Rendezvous rendezvous, RefusalCode code, String detail) implements LinkFailure {
    @Override
    public String sentence() {
      return RefusalSentences.of(rendezvous, code, detail);
    }

    @Override
    public UserError asError() {
      return new UserError(ExitCode.RENDEZVOUS, sentence(), new RefusedError(code, detail));
    }

    @Override
    public boolean transientFailure() {
      return switch (code) {
        case BUSY, SHUTTING_DOWN, TIMEOUT, MALFORMED, REFUSAL_UNSPECIFIED, UNRECOGNIZED -> true;
        default -> false;
      };
    }
  }

  /** This agent's own link key cannot be had. */
  record NoKey(Throwable cause) implements LinkFailure {
    @Override
    public String sentence() {
      return cause instanceof UserError error
          ? error.sentence()
          : "this agent's link key cannot be used; enroll it again";
    }

    @Override
    public UserError asError() {
      return cause instanceof UserError error
          ? error
          : new UserError(ExitCode.FAILURE, sentence(), cause);
    }

    @Override
    public boolean transientFailure() {
      return false;
    }
  }

  /**
   * There was a link, and it broke.
   *
   * @param why in a few words
   */
  record Lost(Rendezvous rendezvous, String why) implements LinkFailure {
    @Override
    public String sentence() {
      return "the link to the rendezvous "
          + rendezvous
          + " was lost ("
          + why
          + "); check this network, or whether it runs";
    }
  }
}
