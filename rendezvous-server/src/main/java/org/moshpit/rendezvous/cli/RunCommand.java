package org.moshpit.rendezvous.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.moshpit.rendezvous.config.PublicAddress;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.store.StoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rendezvous-server run}. */
@Command(
    name = "run",
    description = "Run the rendezvous until it is stopped.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Mixin private StateOptions state;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to listen, TCP and UDP, and UDP on the port after it; may be repeated.")
  private List<String> listen = List.of();

  @Option(
      names = "--public-address",
      paramLabel = "HOST|IP",
      description = "How agents reach it, the first as in join URLs; may be repeated.")
  private List<String> publicAddress = List.of();

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(state.verbose());
    RendezvousConfig config = state.load(listen, publicAddress);
    List<String> hosts = PublicAddress.of(config);
    Daemon daemon = Daemon.start(config, hosts);
    StoreException failure = daemon.run();
    throw new ExitException(ExitException.FAILURE, failure.getMessage(), failure);
  }
}
