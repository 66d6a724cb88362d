package dev.sluice.lab.bench;

import dev.sluice.lab.ChildProcess;
import dev.sluice.lab.Java;
import dev.sluice.lab.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A proxy under test, in its own process.
 *
 * @param port the port of 127.0.0.1 at which it listens
 */
record Subject(String name, ChildProcess process, int port) implements AutoCloseable {
    /** Those that are no JVMs. */
    static final List<String> NATIVE = List.of("nginx", "haproxy");

    /** The known names: the native ones, Undertow, the bare loop, and pairs of transports of {@link ProxyMain}. */
    static final List<String> NAMES = names();

    /** Separates a name from flags of its JVM, so that two settings can be compared in one run. */
    private static final String FLAGS = "@";

    /** The name without its flags. */
    static String kind(String name) {
        return name.split(FLAGS, 2)[0];
    }

    /** Whether this is the library. */
    static boolean isLibrary(String name) {
        return kind(name).contains("/");
    }

    /** Whether it has a setting for what is more than forwarding. */
    static boolean isNginxOrLibrary(String name) {
        return kind(name).equals("nginx") || isLibrary(name);
    }

    /** Whether it runs in a JVM. */
    static boolean isJava(String name) {
        return !NATIVE.contains(kind(name));
    }

    /** Why this one cannot be started on this machine; empty if it can. */
    static Optional<String> missing(String name) {
        String kind = kind(name);
        if (!isJava(kind)) {
            return Programs.has(kind) ? Optional.empty() : Optional.of("it is not installed");
        }
        boolean built = !kind.equals("undertow") || UndertowBuild.exists();
        return built ? Optional.empty() : Optional.of("it is not built, see '" + UndertowBuild.COMMAND + "'");
    }

    /** The bytes that its JVM has allocated on the heap since its start. */
    long allocated() throws IOException {
        return Long.parseLong(process.ask(Answers.ALLOCATED));
    }

    /** Starts a proxy. */
    static Subject start(String name, BenchOptions options, Workspace workspace, Setup setup)
            throws IOException, InterruptedException {
        return switch (kind(name)) {
            case "nginx" -> nginx(name, workspace, setup);
            case "haproxy" -> haproxy(name, workspace, setup);
            default -> java(name, options, workspace, setup);
        };
    }

    private static Subject nginx(String name, Workspace workspace, Setup setup)
            throws IOException, InterruptedException {
        Path prefix = workspace.folder(name);
        int port = Workspace.freePort();
        String config = NginxConfig.compressing(NginxConfig.proxy(prefix, port, setup), gzipLevel(name));
        if (name.contains(CachedRoutes.ON)) {
            config = NginxCache.added(config, workspace.memoryFolder(), prefix);
        }
        return new Subject(name, Nginx.start(workspace, name, prefix, config, port), port);
    }

    private static Subject haproxy(String name, Workspace workspace, Setup setup)
            throws IOException, InterruptedException {
        int port = Workspace.freePort();
        String config = HaproxyConfig.proxy(setup, port);
        return new Subject(name, Haproxy.start(workspace, name, workspace.folder(name), config, port), port);
    }

    private static Subject java(String name, BenchOptions options, Workspace workspace, Setup setup)
            throws IOException {
        Java java = Java.at(options.jdk);
        List<String> flags = flags(name, java, options, setup);
        List<String> origins = setup.origins();
        List<String> command = switch (kind(name)) {
            case "bare" -> java.command(flags, Bare.class, origins);
            case "undertow" ->
                java.command(flags, UndertowBuild.classPath(), OtherMain.class, first(UndertowBuild.MAIN, origins));
            default -> java.command(flags, ProxyMain.class, first(kind(name), origins));
        };
        ChildProcess child = workspace.start(name, command);
        return new Subject(name, child, Integer.parseInt(child.await(ChildProcess.READY)));
    }

    private static List<String> flags(String name, Java java, BenchOptions options, Setup setup) {
        List<String> flags = new ArrayList<>(List.of(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                // Any number of idle connections is kept.
                "-Dsun.net.httpserver.maxIdleConnections=1000000",
                "-Dsun.net.httpserver.idleInterval=3600"));
        if (setup.originConnections() > 0) {
            flags.add("-D" + ProxyMain.ORIGIN_CONNECTIONS + '=' + setup.originConnections());
        }
        if (setup.keys() != null) {
            flags.add("-D" + ProxyMain.KEYS + '=' + setup.keys().folder());
        }
        flags.add("-D" + ProxyMain.HTTP2 + '=' + setup.http2());
        if (!options.jvm.isBlank()) {
            flags.addAll(List.of(options.jvm.strip().split("\\s+")));
        }
        List<String> named = List.of(name.split(FLAGS));
        flags.addAll(named.subList(1, named.size()));
        if (options.profile) {
            flags.add(Profile.flag(java, name));
        }
        return flags;
    }

    private static List<String> first(String argument, List<String> others) {
        List<String> all = new ArrayList<>(others);
        all.add(0, argument);
        return all;
    }

    ProcessUsage usage() throws IOException {
        return ProcessUsage.of(process.handle());
    }

    /** Returns whether it gets faster while it runs. */
    boolean warmsUp() {
        return isJava(name);
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
        List<String> names = new ArrayList<>(NATIVE);
        names.add("undertow");
        names.add("bare");
        for (String listener : ProxyMain.TRANSPORTS) {
            for (String upstream : ProxyMain.TRANSPORTS) {
                names.add(listener + '/' + upstream);
            }
        }
        return List.copyOf(names);
    }
}
