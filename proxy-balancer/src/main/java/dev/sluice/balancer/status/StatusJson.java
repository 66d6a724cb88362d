package dev.sluice.balancer.status;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.RequestRecord;
import dev.sluice.proxy.cache.CacheSnapshot;
import dev.sluice.proxy.internal.Json;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.internal.Words;
import dev.sluice.proxy.log.AccessLog;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsFiles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state of a gateway as JSON; each method is a part of it. Its form is in docs/status.md. Safe for use by many threads. */
final class StatusJson {
    /** By the name of the page, whose part this is. */
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.balancer.status.StatusPage");

    private static final int NOW_SECONDS = 10;

    /** Of the jar; classes that are not in one have none. */
    private static final String VERSION =
            Objects.requireNonNullElse(StatusJson.class.getPackage().getImplementationVersion(), "development");

    private final String title;
    private final Instant since;
    private final Sources sources;
    private final Traffic traffic;
    private final Json actions;
    /** Or each update would have its stack trace. */
    private final LogLimit broken = new LogLimit(5, TimeSource.system()::nanos);

    /** @param actions what the page may change, ready to show */
    StatusJson(String title, Instant since, Sources sources, Traffic traffic, Json actions) {
        this.title = title;
        this.since = since;
        this.sources = sources;
        this.traffic = traffic;
        this.actions = actions;
    }

    /** All of it, in one line. */
    String at(Instant now) {
        return new Json()
                .text("at", now.toString())
                .text("title", title)
                .text("version", VERSION)
                .text("since", since.toString())
                .list("servers", servers())
                .object("traffic", traffic())
                .list("routes", routes())
                .list("pools", pools())
                .list("connections", connections())
                .list("caches", caches())
                .list("limits", limits())
                .list("certificates", certificates())
                .list("maintenance", maintenance())
                .list("failures", failures())
                .list("configuration", configuration())
                .object("actions", actions)
                .toString();
    }

    private List<Json> servers() {
        return sources.servers.stream()
                .map(server -> new Json()
                        .text("name", server.name())
                        .text("state", server.state())
                        .number("inFlight", server.pipeline().inFlight()))
                .toList();
    }

    private Json traffic() {
        Traffic.Count all = traffic.all();
        Json outcomes = new Json();
        for (Outcome each : Outcome.values()) {
            if (traffic.ended(each) > 0) {
                outcomes.number(Words.of(each), traffic.ended(each));
            }
        }
        return new Json()
                .number("requests", all.requests())
                .number("failed", all.failed())
                .number("attempts", traffic.attempts())
                .number("attemptsFailed", traffic.attemptsFailed())
                .number("requestBytes", traffic.requestBytes())
                .number("responseBytes", traffic.responseBytes())
                .object("outcomes", outcomes)
                .object("statuses", statuses(all))
                .object("now", rates(new Json(), all.recent().last(NOW_SECONDS)))
                .object("history", history(all.recent()));
    }

    private static Json statuses(Traffic.Count count) {
        Json statuses = new Json();
        for (int hundreds = 0; hundreds < 10; hundreds++) {
            if (count.ofClass(hundreds) > 0) {
                statuses.number(Words.ofStatus(100 * hundreds), count.ofClass(hundreds));
            }
        }
        return statuses;
    }

    private static Json rates(Json to, RecentTraffic.Sum sum) {
        return to.literal("rate", StatusText.number(sum.rate()))
                .literal("failedRate", StatusText.number(sum.failedRate()))
                .literal("p50", StatusText.number(sum.millis(0.5)))
                .literal("p90", StatusText.number(sum.millis(0.9)))
                .literal("p99", StatusText.number(sum.millis(0.99)));
    }

    private static Json history(RecentTraffic recent) {
        List<RecentTraffic.Sum> steps = new ArrayList<>();
        for (int ago = recent.steps(); ago > 0; ago--) {
            steps.add(recent.stepAgo(ago));
        }
        return new Json()
                .number("stepSeconds", 1)
                .literal("rate", numbers(steps.stream().map(step -> step::rate)))
                .literal("failedRate", numbers(steps.stream().map(step -> step::failedRate)))
                .literal("p50", numbers(steps.stream().map(step -> () -> step.millis(0.5))))
                .literal("p99", numbers(steps.stream().map(step -> () -> step.millis(0.99))));
    }

    /** Those of the tables now, in their order, and those that had requests before. */
    private List<Json> routes() {
        Map<String, Integer> orders = new LinkedHashMap<>();
        for (Watched server : sources.servers) {
            for (Route route : server.pipeline().routes().routes()) {
                orders.putIfAbsent(route.name(), route.order());
            }
        }
        Map<String, Traffic.Count> counts = new TreeMap<>(traffic.routes());
        List<Json> routes = new ArrayList<>();
        AccessLog log = sources.accessLog;
        orders.forEach((name, order) -> {
            Json route = route(name, counts.remove(name)).number("order", order);
            routes.add(log == null ? route : route.literal("logShare", StatusText.number(log.kept(name))));
        });
        counts.forEach((name, count) -> routes.add(route(name, count)));
        return routes;
    }

    private static Json route(String name, Traffic.@Nullable Count count) {
        Json route = new Json().text("name", name);
        if (count == null) {
            return route.number("requests", 0).number("failed", 0);
        }
        RecentTraffic recent = count.recent();
        return rates(route, recent.last(recent.steps()))
                .number("requests", count.requests())
                .number("failed", count.failed())
                .object("statuses", statuses(count));
    }

    private List<Json> pools() {
        return sources.pools.values().stream().map(PoolJson::of).toList();
    }

    /** Those of the clients of each server, and those to origins. */
    private List<Json> connections() {
        List<Json> all = new ArrayList<>();
        for (Watched server : sources.servers) {
            server.connections()
                    .ifPresent(now -> all.add(new Json()
                            .text("name", "clients of " + server.name())
                            .object("numbers", ConnectionNumbers.of(now))));
        }
        all.addAll(each(
                sources.connections,
                (json, connections) -> json.object("numbers", ConnectionNumbers.of(connections.get()))));
        return all;
    }

    private List<Json> caches() {
        return each(sources.caches, (json, cache) -> {
            CacheSnapshot now = cache.snapshot();
            Json forwards = new Json();
            new TreeMap<>(now.forwards()).forEach((why, times) -> forwards.number(Words.of(why), times));
            json.number("hits", now.hits())
                    .number("staleHits", now.staleHits())
                    .number("hitBytes", now.hitBytes())
                    .number("validated", now.validated())
                    .object("forwards", forwards)
                    .number("collapsed", now.collapsed())
                    .number("stored", now.stored())
                    .number("fills", now.fills())
                    .number("entries", now.store().entries())
                    .number("bytes", now.store().bytes())
                    .number("maxBytes", now.store().maxBytes())
                    .number("evictions", now.store().evicted())
                    .number("storeFailures", now.storeFailures());
        });
    }

    private List<Json> limits() {
        return each(sources.limits, (json, limit) -> {
            Json numbers = new Json();
            limit.get().forEach((what, value) -> numbers.literal(what, StatusText.number(value.doubleValue())));
            json.object("numbers", numbers);
        });
    }

    private List<Json> certificates() {
        return each(sources.certificates, (json, certificate) -> {
            TlsFiles.Status now = certificate.get();
            json.textOrNull("until", now.expiresAt().orElse(null))
                    .textOrNull("problem", now.problem().isEmpty() ? null : now.problem());
        });
    }

    private List<Json> maintenance() {
        return each(sources.maintenance, (json, maintenance) -> json.flag("on", maintenance.isOn()));
    }

    /** Each of them as an object. One that cannot be read is left out, and changes nothing else. */
    private <T> List<Json> each(Map<String, T> named, BiConsumer<Json, T> read) {
        List<Json> all = new ArrayList<>();
        named.forEach((name, source) -> {
            Json json = new Json().text("name", name);
            try {
                read.accept(json, source);
                all.add(json);
            } catch (RuntimeException | Error fault) {
                broken.happened(
                        times -> LOG.warn("the page cannot show \"{}\"{}", name, LogLimit.others(times), fault));
            }
        });
        return all;
    }

    private List<Json> failures() {
        return traffic.failures().list().stream().map(StatusJson::failure).toList();
    }

    private static Json failure(LastFailures.Failed failed) {
        ExchangeRecord record = failed.record();
        RequestRecord request = record.request();
        return new Json()
                .text("at", record.beginAt().toString())
                .textOrNull("id", record.requestId())
                .textOrNull(
                        "trace", record.trace() == null ? null : record.trace().traceId())
                .textOrNull("method", request == null ? null : request.method())
                .textOrNull("target", request == null ? null : request.target().path())
                .textOrNull("route", record.route())
                .number("status", record.status())
                .textOrNull("outcome", record.outcome() == null ? null : Words.of(record.outcome()))
                .literal("ms", StatusText.number((record.endNanos() - record.beginNanos()) / 1e6))
                .number("attempts", record.attemptCount())
                .text("explain", failed.explain());
    }

    private List<Json> configuration() {
        Stream<Json> servers = sources.servers.stream()
                .map(server -> new Json()
                        .text("name", "server " + server.name())
                        .object("values", ServerConfiguration.of(server.pipeline())));
        Stream<Json> pools = sources.pools.entrySet().stream().map(pool -> {
            Json values = new Json();
            pool.getValue().configuration().forEach(values::text);
            return new Json().text("name", "pool " + pool.getKey()).object("values", values);
        });
        return Stream.concat(servers, pools).toList();
    }

    private static String numbers(Stream<DoubleSupplier> values) {
        return values.map(each -> StatusText.number(each.getAsDouble()))
                .toList()
                .toString();
    }
}
