package dev.sluice.proxy.server;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.Json;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.scope.StandardPage;
import dev.sluice.proxy.server.ReadinessCondition.Answer;
import dev.sluice.proxy.server.ReadinessCondition.Asking;
import dev.sluice.proxy.syntax.Methods;
import dev.sluice.proxy.syntax.QueryNames;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether requests should come: 200 while all its conditions are met, else 503. It is for the probe of what sends
 * requests here, such as the {@code readinessProbe} of Kubernetes or the health check of a load balancer. {@link
 * ProxyServer.Builder#readiness} makes a server one of the conditions: it is met from its start until its {@link
 * ProxyServer#close()} begins, so the answer is 503 while the server is a lame duck and still serves everything.
 *
 * <pre>{@code
 * CountDownLatch warm = new CountDownLatch(1);
 * Readiness readiness = Readiness.builder()
 *         .addStartCondition("warm-up", () -> warm.getCount() == 0)
 *         .build();
 * ProxyServer server = ProxyServer.builder()
 *         .addRoute("/ready", readiness)
 *         .addRoute("/**", "http://127.0.0.1:9000")
 *         .readiness(readiness)
 *         .lameDuck(Duration.ofSeconds(15))
 *         .build();
 * }</pre>
 *
 * <p>It may be a route of that server, of another one, or of both. Each GET or HEAD asks all conditions; another method gets
 * 405. A 200 says {@code ready}, and nothing else to those who do not ask. A 503 has the names of the conditions that are not
 * met. All names, each with what it says, are in the answer to a request with the parameter {@code verbose}, and in JSON to
 * one that accepts {@code application/json}. Nobody may store the answer ({@code Cache-Control: no-store}).
 *
 * <p>The log has a line whenever the answer changes, not for each probe. Safe for use by many threads.
 */
public final class Readiness implements ProxyHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    /** The name of the condition that servers make. */
    static final String SERVER = "server";

    private final List<ReadinessCondition> conditions;
    private final Duration timeout;
    private final boolean names;
    private final ReadinessLog log;
    private final List<BooleanSupplier> servers = new CopyOnWriteArrayList<>();

    private Readiness(Builder setup) {
        this.conditions = List.copyOf(setup.conditions.values());
        this.timeout = setup.timeout;
        this.names = setup.names;
        this.log = new ReadinessLog(LOG, timeout);
    }

    /** A builder: no conditions, each of which has 500 ms to answer, and names are shown. */
    public static Builder builder() {
        return new Builder();
    }

    /** From now on this server must be ready too. */
    void follow(BooleanSupplier ready) {
        servers.add(ready);
    }

    @Override
    public ProxyResponse handle(ProxyRequest request) throws InterruptedException {
        if (!Methods.isRead(request.method())) {
            return ProbeAnswer.otherMethod();
        }
        Map<String, Answer> answers = ask(request.exchange().time());
        List<String> missing = answers.entrySet().stream()
                .filter(each -> each.getValue() != Answer.MET)
                .map(Map.Entry::getKey)
                .toList();
        log.tell(missing, answers);
        int status = missing.isEmpty() ? 200 : 503;
        if (StandardPage.acceptsJson(request.headers())) {
            return ProbeAnswer.json(status, json(status, answers));
        }
        boolean verbose = names && QueryNames.has(request.target().query(), "verbose"::equals);
        return ProbeAnswer.text(status, verbose ? lines(status, answers) : line(missing));
    }

    /** All of them at once, so that together they take no longer than the slowest one. */
    private Map<String, Answer> ask(TimeSource time) throws InterruptedException {
        List<Asking> askings =
                conditions.stream().map(each -> each.ask(time, timeout)).toList();
        Map<String, Answer> answers = new LinkedHashMap<>();
        for (int i = 0; i < askings.size(); i++) {
            answers.put(conditions.get(i).name(), askings.get(i).await());
        }
        if (!servers.isEmpty()) {
            // Last, so that a server which has begun to close is seen although the others took their time.
            boolean ready = servers.stream().allMatch(BooleanSupplier::getAsBoolean);
            answers.put(SERVER, ready ? Answer.MET : Answer.NOT_MET);
        }
        return answers;
    }

    private static String word(int status) {
        return status == 200 ? "ready" : "not ready";
    }

    private String line(List<String> missing) {
        return missing.isEmpty() ? "ready\n" : "not ready" + (names ? ": " + String.join(", ", missing) : "") + "\n";
    }

    private static String lines(int status, Map<String, Answer> answers) {
        StringBuilder text = new StringBuilder(word(status)).append('\n');
        answers.forEach((name, answer) ->
                text.append(name).append(": ").append(answer.word()).append('\n'));
        return text.toString();
    }

    private String json(int status, Map<String, Answer> answers) {
        Json page = new Json().text("status", word(status));
        if (names) {
            Json each = new Json();
            answers.forEach((name, answer) -> each.text(name, answer.word()));
            page.object("conditions", each);
        }
        return page.toString();
    }

    /** Collects the conditions. For one thread. */
    public static final class Builder {
        private final Map<String, ReadinessCondition> conditions = new LinkedHashMap<>();
        private Duration timeout = Duration.ofMillis(500);
        private boolean names = true;

        private Builder() {}

        /**
         * Adds a condition; none by default. Each probe asks it, on a thread of its own, and one thread at a time: so it should be
         * cheap, such as to read a variable. One that throws something, or has no answer within {@link #timeout}, counts as not
         * met. One that never returns keeps that one thread, and is not asked again.
         *
         * <p>Take care with what all your proxies share: if each of them is not ready because a pool is down, the load balancer in
         * front has nobody left, and clients get its error instead of yours. {@link #addStartCondition} has no such effect.
         *
         * @param name is in answers and in the log, so it should tell strangers nothing
         * @throws IllegalArgumentException if the name is blank, not printable ASCII, {@code server}, or that of another condition
         */
        public Builder addCondition(String name, BooleanSupplier condition) {
            return add(name, condition, false);
        }

        /**
         * Adds a condition that counts as met for good once it was met: for what a process waits for when it starts, such as a
         * warm-up, or the first members of a pool. Otherwise as {@link #addCondition}, and throws as that does.
         */
        public Builder addStartCondition(String name, BooleanSupplier condition) {
            return add(name, condition, true);
        }

        private Builder add(String name, BooleanSupplier condition, boolean once) {
            Require.name("condition", name);
            Objects.requireNonNull(condition, "condition");
            if (name.equals(SERVER)) {
                throw new IllegalArgumentException("condition \"" + SERVER + "\" is that of servers");
            }
            if (conditions.putIfAbsent(name, new ReadinessCondition(LOG, name, condition, once)) != null) {
                throw new IllegalArgumentException("condition is there twice: \"" + name + '"');
            }
            return this;
        }

        /**
         * Sets how long a probe waits for its conditions, which it asks at the same time; 500 ms by default. It should be shorter
         * than whoever probes waits for an answer, which is 1 s for Kubernetes unless you say otherwise.
         *
         * @throws IllegalArgumentException if it is 0 or negative
         */
        public Builder timeout(Duration time) {
            this.timeout = Require.positive("timeout", time);
            return this;
        }

        /**
         * Whether answers name conditions to those who ask, and in a 503; true by default. Without names, all that anybody learns is
         * whether it is ready. The log names them in any case.
         */
        public Builder names(boolean shown) {
            this.names = shown;
            return this;
        }

        /** The handler. */
        public Readiness build() {
            return new Readiness(this);
        }
    }
}
