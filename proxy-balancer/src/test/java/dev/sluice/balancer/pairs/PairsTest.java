package dev.sluice.balancer.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.balancer.pairs.PairClient.Answer;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.testing.RefusingPort;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Documented options in pairs: each value of an option is tested with each value of every other option, by the same
 * script.
 */
@Timeout(60)
class PairsTest {
    private static final Set<Thread> BEFORE = new HashSet<>();

    private final PairOrigin first;
    private final PairOrigin second;
    private final RefusingPort down = new RefusingPort();
    private PairServer pair;
    private Row row;
    private int asked;

    PairsTest() throws IOException {
        first = new PairOrigin("first");
        second = new PairOrigin("second");
    }

    static List<Row> rows() {
        return Row.all();
    }

    @BeforeAll
    static void rememberThreads() {
        BEFORE.addAll(Thread.getAllStackTraces().keySet());
    }

    @AfterEach
    void closeAll() {
        pair.close();
        down.close();
        first.close();
        second.close();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void worksOrIsRefused(Row options) throws Exception {
        row = options;
        pair = new PairServer(row);
        String refusal = row.refusal();
        if (refusal != null) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pair.start(first.port(), down.number()))
                    .withMessageContaining(refusal);
            return;
        }
        pair.start(first.port(), down.number());
        try (PairClient client = client()) {
            anUpload(client);
        }
        try (PairClient client = client()) {
            exchangesOnOneConnection(client);
            errorPages(client);
            aTunnel();
            aChange(client);
        }
        theEnd();
    }

    private PairClient client() throws Exception {
        return new PairClient(pair.server().address(), row.tls() != Row.Tls.NONE);
    }

    private Answer ask(PairClient client, String line, String more) throws IOException {
        asked++;
        Answer answer = client.ask(line + " HTTP/1.1\r\nHost: localhost\r\n" + more);
        if (row.piped() == Row.Piped.PAGES) {
            assertThat(answer.field("x-filter") + answer.field("x-hook"))
                    .as("marks on %s", answer)
                    .isEqualTo("11");
        }
        return answer;
    }

    private Answer get(PairClient client, String path) throws IOException {
        return ask(client, "GET " + path, "X-Forwarded-For: 203.0.113.9\r\n\r\n");
    }

    private String target(String path) {
        return row.routed() == Row.Routed.STRIP_PREFIX ? path : "/api" + path;
    }

    private void exchangesOnOneConnection(PairClient client) throws Exception {
        String told = row.piped() == Row.Piped.TRUST ? "203.0.113.9, 127.0.0.1" : "127.0.0.1";
        Answer got = get(client, "/api/ok");
        assertThat(got.status()).as("%s", got).isEqualTo(200);
        assertThat(got.body()).isEqualTo("first|GET " + target("/ok") + " HTTP/1.1|" + told + "|");
        assertThat(got.field("x-route")).isEqualTo(row.routed() == Row.Routed.FILTER ? "1" : "");
        if (row.hasPool() && row.leads() != Row.Leads.SPLIT) {
            assertThat(got.field("set-cookie").startsWith("SID=")).isEqualTo(row.pooled() == Row.Pooled.AFFINITY);
        }
        Answer head = ask(client, "HEAD /api/ok", "\r\n");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.field("content-length")).isNotEmpty();
        assertThat(get(client, "/api/missing").status()).isEqualTo(404);
        if (row.piped() == Row.Piped.PATHS) {
            assertThat(get(client, "/API/x/../ok").status()).isEqualTo(200);
        }
    }

    private void anUpload(PairClient client) throws Exception {
        // The JDK's listener refuses a request with trailers.
        String trailer = row.over() == Row.Over.JDK ? "" : "X-Sum: 7\r\n";
        Answer posted = ask(
                client, "POST /api/post", "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n" + trailer + "\r\n");
        assertThat(posted.body())
                .endsWith(row.routed() == Row.Routed.TRAILERS && !row.jdkUpstream() ? "|body+X-Sum: 7" : "|body");
        // It is not certain where the JDK's chunk decoder takes the next request to begin.
        assertThat(posted.field("connection")).isEqualTo(row.over() == Row.Over.JDK ? "close" : "");
    }

    private void errorPages(PairClient client) throws Exception {
        for (String path : List.of("/down/x", "/nowhere")) {
            Answer page = get(client, path);
            assertThat(page.status()).as("%s", page).isIn(path.equals("/nowhere") ? List.of(404) : List.of(502, 503));
            assertThat(page.body().equals("own page")).isEqualTo(row.piped() == Row.Piped.PAGES);
        }
    }

    private void aTunnel() throws Exception {
        if (row.over() == Row.Over.JDK) {
            return;
        }
        try (PairClient client = client()) {
            Answer answer = ask(
                    client,
                    "GET /api/ws",
                    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n");
            boolean allowed = row.routed() == Row.Routed.UPGRADE;
            assertThat(answer.status()).isEqualTo(!allowed ? 200 : row.jdkUpstream() ? 501 : 101);
            for (int i = 0; answer.status() == 101 && i < 3; i++) {
                client.write("ping");
                assertThat(client.exactly(4)).isEqualTo("ping");
            }
        }
    }

    private void aChange(PairClient client) throws Exception {
        asked++;
        client.write("GET /api/hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        assertThat(client.chunk()).isEqualTo("held");
        pair.change(second.port(), first::release);
        assertThat(client.chunk() + client.chunk()).isEqualTo(", ok");
        for (int i = 0; i < 4; i++) {
            Answer now = get(client, row.piped() == Row.Piped.PATHS ? "/API/ok" : "/api/ok");
            assertThat(now.status()).as("%s", now).isEqualTo(200);
            assertThat(now.body()).startsWith("second|");
        }
    }

    /** A cache asks the origin in exchanges of its own. */
    private List<ExchangeRecord> ofClients() {
        return pair.records().records().stream()
                .filter(ExchangeRecord::isClients)
                .toList();
    }

    private void theEnd() throws Exception {
        Awaited.isTrue(() -> ofClients().size() >= asked);
        List<ExchangeRecord> records = ofClients();
        assertThat(records).hasSize(asked).allMatch(record -> record.outcome() != null && record.endNanos() >= 0);
        if (row.piped() == Row.Piped.TRUST) {
            // Sorted by their beginning, because the first may end after the second.
            ExchangeRecord second = records.stream()
                    .sorted(Comparator.comparingLong(ExchangeRecord::beginNanos))
                    .toList()
                    .get(1);
            assertThat(second.forwardedClient().address()).isEqualTo(InetAddress.getByName("203.0.113.9"));
        }
        int port = pair.server().address().getPort();
        pair.closeServer();
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        assertThat(pair.server().pipeline().inFlight()).isZero();
        Awaited.isTrue(() -> records.stream()
                .flatMap(record -> record.attempts().stream())
                .allMatch(attempt -> attempt.outcome() != null));
        Awaited.isTrue(() -> pair.pools().stream()
                .flatMap(pool -> pool.snapshot().members().stream())
                .allMatch(member -> member.inFlight() == 0));
        Awaited.isTrue(() -> pair.own().connections().active() == 0);
        if (row.closes() == Row.Closes.OWNS && !pair.pools().isEmpty()) {
            assertThat(pair.pools()).allMatch(pool -> !pool.remove("b"));
        }
    }

    /**
     * The clock's threads end a second after their last task, and those of the JDK's client when it is garbage
     * collected.
     */
    @AfterAll
    static void nothingOfTheLibraryIsLeft() throws Exception {
        Awaited.isTrue(() -> Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !BEFORE.contains(thread))
                .noneMatch(thread -> thread.getName().startsWith("sluice")));
    }
}
