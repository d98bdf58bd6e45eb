package org.moshpit.agent.path;

import java.time.Duration;
import org.moshpit.testkit.Access;

/** Two paths find each other through simulated NATs, so that whoever watches sees what they use. */
public final class PathTraining {
  private PathTraining() {}

  /** Ends with an exception if they do not. */
  public static void run() {
    PathWorld world = new PathWorld(1, Access.HOME, Access.CGNAT).connect();
    if (!world.until(world::bothDirect, Duration.ofSeconds(10))) {
      throw new IllegalStateException("no direct path in the simulation");
    }
    world.run(Duration.ofSeconds(5));
  }
}
