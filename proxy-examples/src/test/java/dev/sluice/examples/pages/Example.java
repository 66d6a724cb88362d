package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An example that is run. The test's own servers replace the servers that it names by URL, ports are free ones, and
 * variables that the page does not declare are given. For one thread. {@code close} ends everything that the example
 * has started.
 */
final class Example implements AutoCloseable {
    private static final Pattern ORIGIN = Pattern.compile("\"(https?://[\\w.-]+:\\d+)\"");
    private static final Pattern PORT = Pattern.compile("\\.port\\(\\d+\\)");

    private final Path folder;
    private final ExampleKeys keys;
    private final Map<String, ExampleOrigin> origins = new LinkedHashMap<>();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private String code;

    /**
     * @param folder the folder for the compiled classes
     */
    Example(String code, Path folder, ExampleKeys keys) {
        this.folder = folder;
        this.keys = keys;
        this.code = PORT.matcher(ORIGIN.matcher(code)
                        .replaceAll(url -> '"' + origin(url.group(1)).url() + '"'))
                .replaceAll(".port(0)")
                .replace("Path.of(\"", "Path.of(\"" + keys.folder().toString().replace("\\", "\\\\") + "/");
    }

    /** Replaces {@code text}, which the example must contain. */
    Example replace(String text, String by) {
        assertThat(code).contains(text);
        code = code.replace(text, by);
        return this;
    }

    /** The certificate of all origins that are named with https, and of the example's own server. */
    ExampleKeys keys() {
        return keys;
    }

    /** The server that replaces the one with this {@code url} in the example. */
    ExampleOrigin origin(String url) {
        return origins.computeIfAbsent(
                url, name -> closing(new ExampleOrigin(name, name.startsWith("https:") ? keys.server() : null)));
    }

    /** Compiles and runs the statements. */
    Example run() throws Exception {
        Map<String, Class<?>> given = new LinkedHashMap<>();
        List<Object> arguments = new ArrayList<>();
        for (String name : List.of("pool", "server", "direct", "cache", "metrics")) {
            if (code.matches("(?s).*\\b" + name + "\\b.*") && !Program.declares(code, name)) {
                Object value = values.computeIfAbsent(name, this::standIn);
                given.put(name, value.getClass());
                arguments.add(value);
            }
        }
        Program program = Program.ofStatements(code, given, folder);
        values.putAll(program.run(List.copyOf(given.values()), arguments));
        values.values().forEach(value -> {
            if (value instanceof AutoCloseable resource) {
                closing(resource);
            }
        });
        return this;
    }

    /** Runs the {@code main} of the example's class in a separate JVM, and waits until the server listens. */
    ExampleProcess runAsProcess() throws Exception {
        return closing(ExampleProcess.start(Program.ofClass(code, folder)));
    }

    /** Runs the statements in a separate JVM, starts the server that they declare, and waits until it listens. */
    ExampleProcess runAsProcess(String before) throws Exception {
        String after = "System.out.println(\"listening at \" + server.start().address());";
        return closing(ExampleProcess.start(Program.ofMain(before + code + after, folder)));
    }

    /**
     * Runs the statements in the README's {@code main} in a separate JVM. A server like the README's follows them
     * unless they declare one, and a pool and a transport are given if they use those of the page. A line says when
     * {@code main} has returned.
     */
    ExampleProcess runInMain() throws Exception {
        String server = "ProxyServer server = ProxyServer.builder().addRoute(\"/**\", "
                + (Program.declares(code, "proxy") ? "proxy" : "pool") + ").build();\n";
        boolean after = !code.contains("server.");
        boolean starts = Program.declares(code, "server") && code.contains(".start()");
        String before = missing("pool", "UpstreamPool.builder().addMember(\"http://127.0.0.1:1\").build()")
                + (code.contains("direct") ? missing("direct", "DirectTransport.builder().build()") : "")
                + (after ? "" : server);
        String statements = (before + code + '\n' + (after && !Program.declares(code, "server") ? server : ""))
                .replace("ProxyServer.builder()", "ProxyServer.builder().closeOnExit(true)");
        return closing(ExampleProcess.start(
                Program.ofMain(statements + """
                Thread main = Thread.currentThread();
                Thread watch = new Thread(() -> {
                    try {
                        main.join();
                        System.out.println("main has returned");
                    } catch (InterruptedException end) {
                        throw new IllegalStateException(end);
                    }
                });
                watch.setDaemon(true);
                watch.start();
                System.out.println("listening at " + STARTED.address());
                """.replace("STARTED", starts ? "server" : "server.start()"), folder)));
    }

    private String missing(String name, String value) {
        return Program.declares(code, name) ? "" : "var " + name + " = " + value + ";\n";
    }

    /** A variable that the example has declared or was given. */
    <T> T value(String name, Class<T> type) {
        Object value = values.get(name);
        assertThat(value).as("the variable " + name).isInstanceOf(type);
        return type.cast(value);
    }

    /** Returns whether the example has declared or was given this variable. */
    boolean has(String name) {
        return values.containsKey(name);
    }

    void give(String name, Object value) {
        values.put(name, value);
    }

    /** Starts the server that the example declares. */
    ExampleClient started() {
        return new ExampleClient(value("server", ProxyServer.class).start().address());
    }

    /** The server that the example declares and has started. */
    ExampleClient running() {
        return new ExampleClient(value("server", ProxyServer.class).address());
    }

    /** A started server with one route for everything, which leads to something of the example. */
    ExampleClient behind(Routes routes) {
        ProxyServer server = closing(ProxyServer.builder().build());
        server.routes(routes);
        return new ExampleClient(server.start().address());
    }

    <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    private Object standIn(String name) {
        return switch (name) {
            case "pool" ->
                UpstreamPool.builder().addMember(origin("http://pool").url()).build();
            case "direct" -> DirectTransport.builder().build();
            case "cache" -> Cache.memory(1_000_000);
            default ->
                ProxyServer.builder()
                        .addRoute("/", request -> ProxyResponse.of(404))
                        .build();
        };
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
