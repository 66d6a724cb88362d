package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.answer.Maintenance;
import dev.sluice.proxy.auth.ApiKeys;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.Authenticator;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.BearerAuth;
import dev.sluice.proxy.auth.CertificateAuth;
import dev.sluice.proxy.auth.ClientAddresses;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.browser.Cors;
import dev.sluice.proxy.content.Decompression;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.TestClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the gates of a server cost when they refuse, beside a request that is served: in one JVM, on one thread and without
 * sockets, so that only the library's own work counts. The upstream is a function, so a request that is served is as cheap
 * as it can be. Rounds are interleaved.
 */
final class RefusalsScenario implements Scenario {
    private static final int REQUESTS = 20_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final byte[] NO_BODY = {};

    @Override
    public String title() {
        return "What a refusal costs";
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        List<Gate> gates = gates();
        double[][] micros = new double[gates.size()][lab.rounds()];
        for (Gate gate : gates) {
            gate.micros();
        }
        for (int round = 0; round < lab.rounds(); round++) {
            for (int i = 0; i < gates.size(); i++) {
                micros[i][round] = gates.get(i).micros();
            }
        }
        double served = median(micros[0]);
        Table table = new Table("gate", "status", "CPU us/request", "of one served");
        for (int i = 0; i < gates.size(); i++) {
            double cost = median(micros[i]);
            Gate gate = gates.get(i);
            if (i > 0 && cost >= served) {
                lab.invalid(gate.name + ": a refusal costs more than a request that is served");
            }
            table.row(gate.name, String.valueOf(gate.status), Table.number(cost), Table.ratio(cost, served));
        }
        return table;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static List<Gate> gates() {
        Maintenance closed = Maintenance.builder().build();
        closed.on();
        List<Gate> gates = new ArrayList<>();
        gates.add(new Gate("none", 200, (request, next) -> next.handle(request)));
        gates.add(new Gate(
                "ClientAddresses",
                403,
                ClientAddresses.builder().allow("10.0.0.0/8").build()));
        gates.add(new Gate("RateLimit", 429, RateLimit.of(1, Duration.ofDays(1))));
        gates.add(new Gate("Maintenance", 503, closed));
        gates.add(
                new Gate("BasicAuth, no password", 401, required(BasicAuth.of("x", Credentials.of("ann", "secret")))));
        gates.add(new Gate(
                "BasicAuth, guesses",
                429,
                required(BasicAuth.of("x", Credentials.of("ann", "secret"))),
                "Authorization",
                "Basic YW5uOndyb25n"));
        gates.add(new Gate(
                "ApiKeys", 401, required(ApiKeys.of(Map.of("5pHlDzVJ8vXqTn3rKwYc", "ann"))), "X-Api-Key", "other"));
        gates.add(new Gate(
                "BearerAuth", 401, required(BearerAuth.of("x", token -> null)), "Authorization", "Bearer b3RoZXI="));
        gates.add(new Gate("CertificateAuth", 403, required(CertificateAuth.bySubject())));
        gates.add(new Gate(
                "Cors, preflight",
                403,
                Cors.builder().allowOrigins("https://app.example").build(),
                "Origin",
                "https://other.example",
                "Access-Control-Request-Method",
                "PUT"));
        gates.add(new Gate("Decompression", 415, Decompression.DEFAULT, "Content-Encoding", "unknown"));
        return gates;
    }

    private static ProxyFilter required(Authenticator authenticator) {
        return Authentication.require(authenticator);
    }

    /** A server with one gate, and a request that it refuses. */
    private static final class Gate {
        private final String name;
        private final int status;
        private final TestClient client;
        private final Headers fields;

        private Gate(String name, int status, ProxyFilter filter, String... fields) {
            this.name = name;
            this.status = status;
            this.fields = Headers.of(fields);
            Upstream upstream = Upstream.of("served", request -> ProxyResponse.of(200, "hello"));
            this.client = TestClient.of(Pipeline.builder()
                    .addFilter(filter)
                    .addRoute("/**", ReverseProxy.to(upstream))
                    .build());
        }

        /** The time of the processor for one request; the first ones are those that a limit lets through. */
        private double micros() throws IOException, InterruptedException {
            String method = fields.has("Origin") ? "OPTIONS" : "POST";
            byte[] body = fields.has("Content-Encoding") ? new byte[] {1} : NO_BODY;
            long before = THREADS.getCurrentThreadCpuTime();
            int last = 0;
            for (int i = 0; i < REQUESTS; i++) {
                last = client.send(method, "/", fields, body).status();
            }
            long nanos = THREADS.getCurrentThreadCpuTime() - before;
            if (last != status) {
                throw new IllegalStateException(name + " has answered " + last + " instead of " + status);
            }
            return nanos / 1_000.0 / REQUESTS;
        }
    }
}
