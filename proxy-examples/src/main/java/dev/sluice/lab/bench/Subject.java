package dev.sluice.lab.bench;

import dev.sluice.lab.ChildProcess;
import dev.sluice.lab.Java;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A proxy under test, in its own process.
 *
 * @param port the port of 127.0.0.1 at which it listens
 */
record Subject(String name, ChildProcess process, int port) implements AutoCloseable {
    /** The known names: nginx, the bare loop, and pairs of transports of {@link ProxyMain}. */
    static final List<String> NAMES = names();

    /** Separates a name from flags of its JVM, so that two settings can be compared in one run. */
    private static final String FLAGS = "@";

    /** The name without its flags. */
    static String kind(String name) {
        return name.split(FLAGS, 2)[0];
    }

    /** Starts a proxy in front of these origins, {@code host:port}. */
    static Subject start(String name, BenchOptions options, Workspace workspace, List<String> origins)
            throws IOException, InterruptedException {
        if (kind(name).equals("nginx")) {
            Path prefix = workspace.folder(name);
            int port = Workspace.freePort();
            String config = NginxConfig.compressing(NginxConfig.proxy(prefix, port, origins), gzipLevel(name));
            if (name.contains(CachedRoutes.ON)) {
                config = NginxCache.added(config, workspace.memoryFolder(), prefix);
            }
            return new Subject(name, Nginx.start(workspace, name, prefix, config, port), port);
        }
        Java java = Java.at(options.jdk);
        List<String> flags = new ArrayList<>(List.of(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                // Any number of idle connections is kept.
                "-Dsun.net.httpserver.maxIdleConnections=1000000",
                "-Dsun.net.httpserver.idleInterval=3600"));
        if (!options.jvm.isBlank()) {
            flags.addAll(List.of(options.jvm.strip().split("\\s+")));
        }
        List<String> named = List.of(name.split(FLAGS));
        flags.addAll(named.subList(1, named.size()));
        if (options.profile) {
            flags.add(Profile.flag(java, name));
        }
        String kind = kind(name);
        boolean bare = kind.equals("bare");
        List<String> arguments = new ArrayList<>(origins);
        if (!bare) {
            arguments.add(0, kind);
        }
        ChildProcess child = workspace.start(name, java.command(flags, bare ? Bare.class : ProxyMain.class, arguments));
        return new Subject(name, child, Integer.parseInt(child.await(ChildProcess.READY)));
    }

    ProcessUsage usage() throws IOException {
        return ProcessUsage.of(process.handle());
    }

    /** Returns whether it gets faster while it runs. */
    boolean warmsUp() {
        return !kind(name).equals("nginx");
    }

    /** The level in a flag of the name, as nginx has no JVM that reads it; 0 without compression. */
    private static int gzipLevel(String name) {
        int at = name.indexOf(ProxyMain.GZIP + '=');
        return at < 0 ? 0 : Integer.parseInt(name.substring(at + ProxyMain.GZIP.length() + 1));
    }

    @Override
    public void close() {
        process.close();
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(List.of("nginx", "bare"));
        for (String listener : ProxyMain.TRANSPORTS) {
            for (String upstream : ProxyMain.TRANSPORTS) {
                names.add(listener + '/' + upstream);
            }
        }
        return List.copyOf(names);
    }
}
