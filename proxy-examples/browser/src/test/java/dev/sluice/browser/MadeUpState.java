package dev.sluice.browser;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The state of a gateway that does not exist, as JSON: three pools, one of them with 1,000 members. Safe for use by many threads. */
final class MadeUpState {
    private final String token;
    private final Instant since = Instant.now().minusSeconds(10_000);
    private final Set<String> drained = ConcurrentHashMap.newKeySet();

    MadeUpState(String token) {
        this.token = token;
    }

    void drained(String member, boolean is) {
        if (is) {
            drained.add(member);
        } else {
            drained.remove(member);
        }
    }

    String json() {
        long millis = System.currentTimeMillis();
        return """
                {"at":"%s","title":"shop gateway","version":"0.2.0-SNAPSHOT","since":"%s",\
                "servers":[{"name":"http://127.0.0.1:8080","state":"serving","inFlight":%d}],\
                "traffic":%s,"routes":%s,"pools":%s,%s,"failures":%s,"actions":{"on":true,"token":"%s"}}\
                """.formatted(
                        Instant.ofEpochMilli(millis),
                        since,
                        millis % 20,
                        traffic(millis),
                        routes(millis),
                        pools(millis),
                        rest(),
                        failures(),
                        token);
    }

    private static String traffic(long millis) {
        String rates = list(120, step -> number(50 + (millis / 1000 + step) % 30));
        return """
                {"requests":%d,"failed":12,"attempts":%d,"attemptsFailed":20,"requestBytes":1000000,"responseBytes":20000000,\
                "outcomes":{"completed":%d,"no_upstream":12},"statuses":{"2xx":%d,"5xx":12},\
                "now":{"rate":%s,"failedRate":0.1,"p50":1.2,"p90":3.4,"p99":12.0},\
                "history":{"stepSeconds":1,"rate":%s,"failedRate":%s,"p50":%s,"p99":%s}}\
                """.formatted(
                        millis / 10 % 10_000_000,
                        millis / 10 % 10_000_000,
                        millis / 10 % 10_000_000,
                        millis / 10 % 10_000_000,
                        number(50 + millis % 300 / 10.0),
                        rates,
                        list(120, step -> "0.1"),
                        list(120, step -> step % 40 == 5 ? "null" : number(1 + step % 3)),
                        rates);
    }

    private static String routes(long millis) {
        return list(2, route -> """
                {"name":"/%s/**","order":%d,"requests":%d,"failed":1,"inFlight":1,"rate":%s,"failedRate":0,"p50":1,"p99":2,\
                "statuses":{"2xx":9,"5xx":1},"logShare":1}\
                """.formatted(
                        route == 0 ? "shop" : "images", route, millis / 100 % 1_000_000, number(millis % 100 / 10.0)));
    }

    private String pools(long millis) {
        String[] names = {"shop", "images", "wide"};
        int[] sizes = {6, 4, 1000};
        return list(3, pool -> """
                {"name":"%s","panic":false,"inFlight":%d,"parked":0,"queued":0,\
                "configuration":{"strategy":"least in flight","retry":"2 attempts"},"members":%s}\
                """.formatted(
                names[pool],
                millis % 10,
                list(sizes[pool], index -> member(names[pool] + "-" + index + ".test:8080", pool, index, millis))));
    }

    private String member(String id, int pool, int index, long millis) {
        String state = drained.contains(id)
                ? "draining"
                : pool > 0 ? "up" : index == 2 ? "down" : index == 4 ? "ejected" : "up";
        String why = state.equals("up")
                ? "probes pass: 200"
                : state.equals("down") ? "3 probes failed: connection refused" : "5 failures in a row";
        boolean up = state.equals("up");
        return """
                {"id":"%s","state":"%s","why":"%s","whySince":"%s","until":%s,"weight":1,"weightInEffect":%d,"priority":0,\
                "tags":{"zone":"a"},"inFlight":%d,"limit":null,"latency":%s,"requests":%d,"failures":1,"rate":%s,"failureRate":0,\
                "probe":{"passed":%b,"detail":"%s","at":"%s","ms":1.2}}\
                """.formatted(
                        id,
                        state,
                        why,
                        since,
                        state.equals("ejected")
                                ? "\"" + Instant.ofEpochMilli(millis + 30_000 - millis % 30_000) + "\""
                                : "null",
                        up ? 1 : 0,
                        up ? (millis / 100 + index) % 5 : 0,
                        number(1 + (millis / 100 + index) % 30 / 10.0),
                        millis / 100 % 100_000,
                        number((millis / 100 + index) % 50 / 10.0),
                        up,
                        up ? "200" : "connection refused",
                        Instant.ofEpochMilli(millis - millis % 5000));
    }

    private static String rest() {
        return """
                "connections":[{"name":"origins","numbers":{"active":1,"idle":2}}],\
                "caches":[{"name":"pages","hits":10,"staleHits":0,"hitBytes":1000,"validated":0,"forwards":{"uri-miss":3},"collapsed":0,\
                "stored":3,"fills":0,"entries":3,"bytes":3000,"maxBytes":1000000,"evictions":0,"storeFailures":0}],\
                "limits":[{"name":"per client","numbers":{"refused":0},"rule":"100 in 1 s"}],\
                "certificates":[{"name":"shop.example","subject":"CN=shop.example","issuer":"CN=Example CA","until":"%s","problem":null}],\
                "maintenance":[{"name":"shop","on":false}],\
                "configuration":[{"name":"server http://127.0.0.1:8080","values":{"timeouts":"30 s for the head"}}]\
                """.formatted(Instant.now().plusSeconds(40L * 86_400));
    }

    private String failures() {
        return list(5, index -> """
                {"at":"%s","id":"r%d","trace":null,"method":"GET","target":"/shop/%d","route":"/shop/**","status":502,\
                "outcome":"connect_failed","ms":3.2,"attempts":2,"explain":"GET /shop/%d\\nattempt 1: connection refused"}\
                """.formatted(since.plusSeconds(60L * (5 - index)), index, index, index));
    }

    private static String list(int size, IntFunction<String> item) {
        return IntStream.range(0, size).mapToObj(item).collect(Collectors.joining(",", "[", "]"));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
