package dev.sluice.lab.bench;

import dev.sluice.lab.ChildProcess;
import java.io.IOException;

/**
 * Runs a proxy that another project has, in its own process. The proxy's class has a static {@code start} that takes the
 * arguments and the properties of {@link ProxyMain}, and returns the port of 127.0.0.1 at which it listens.
 */
final class OtherMain {
    private OtherMain() {}

    /** Serves until standard input ends. The arguments are the class and {@code host:port...}. */
    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        String[] origins = new String[args.length - 1];
        System.arraycopy(args, 1, origins, 0, origins.length);
        Object port = Class.forName(args[0]).getMethod("start", String[].class).invoke(null, (Object) origins);
        System.out.println(ChildProcess.READY + port);
        Answers.untilInputEnds();
        System.exit(0);
    }
}
