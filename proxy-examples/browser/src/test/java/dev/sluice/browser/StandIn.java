package dev.sluice.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves the status page with made-up data that changes all the time, in the place of a gateway. */
final class StandIn implements AutoCloseable {
    private static final String TOKEN = "a-token";
    private static final Pattern MEMBER = Pattern.compile("\"member\":\"([^\"]*)\"");
    private static final Pattern EVERY = Pattern.compile("every=(\\d+)");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final MadeUpState state = new MadeUpState(TOKEN);

    private StandIn() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/status/", this::page);
        server.createContext("/status/data", exchange -> answer(exchange, 200, "application/json", state.json()));
        server.createContext("/status/events", this::events);
        server.createContext("/status/action", this::action);
        server.start();
    }

    static StandIn start() throws IOException {
        return new StandIn();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/status/");
    }

    private void page(HttpExchange exchange) throws IOException {
        String css = resource("status.css");
        String js = resource("status.js");
        String page = resource("status.html").replace("/*status.css*/", css).replace("/*status.js*/", js);
        exchange.getResponseHeaders()
                .set(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src '" + hash(js) + "'; style-src '" + hash(css)
                                + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        answer(exchange, 200, "text/html; charset=utf-8", page);
    }

    private void events(HttpExchange exchange) throws IOException {
        Matcher every = EVERY.matcher(
                Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), ""));
        long millis = every.find() ? Long.parseLong(every.group(1)) : 1000;
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write("retry: 1000\n\n".getBytes(UTF_8));
            do {
                body.write(("data: " + state.json() + "\n\n").getBytes(UTF_8));
                body.flush();
            } while (!closed.await(millis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void action(HttpExchange exchange) throws IOException {
        String asked = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        Matcher member = MEMBER.matcher(asked);
        if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Sluice-Token"))) {
            answer(exchange, 403, "application/json", "{\"error\":\"the token is wrong\"}");
        } else if (asked.contains("\"replace\"") && !asked.contains("\"url\":\"http")) {
            answer(exchange, 400, "application/json", "{\"error\":\"the URL must be of http or https\"}");
        } else if (member.find()) {
            state.drained(member.group(1), asked.contains("\"drain\""));
            answer(exchange, 200, "application/json", "{\"done\":\"" + member.group(1) + " is changed\"}");
        } else {
            answer(exchange, 400, "application/json", "{\"error\":\"there is no such action\"}");
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = StandIn.class.getResourceAsStream("/dev/sluice/balancer/status/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
