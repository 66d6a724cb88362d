package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.syntax.Cidr;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.multiplex.SessionOptions;
import dev.sluice.proxy.wire.ProxyHeader;
import dev.sluice.proxy.wire.TestTls;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Platform threads do not stay with connections that wait: the same on each JDK. */
class IdleConnectionsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String BUSY = "GET /busy HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private static final String UPGRADE =
            "GET /tunnel HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";

    private final ManualTime time = new ManualTime();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger busy = new AtomicInteger();
    private final List<Client> clients = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private DirectListenerPool pool;
    private DirectListener listener;

    @AfterEach
    void end() throws Exception {
        release.countDown();
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static ListenerOptions options(int connections, String... proxyProtocolPeers) {
        return options(connections, false, proxyProtocolPeers);
    }

    private static ListenerOptions options(int connections, boolean priorKnowledge, String... proxyProtocolPeers) {
        return new ListenerOptions(
                connections,
                connections,
                100,
                100,
                Duration.ofSeconds(75),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                false,
                List.of(proxyProtocolPeers).stream()
                        .map(block -> Cidr.parse("peers", block))
                        .toList(),
                true,
                priorKnowledge,
                new SessionOptions(100, 65_536, 65_536, 65_536, 1_000));
    }

    private void listen(int threads) throws IOException {
        listen(DirectListenerPool.platform(threads), options(1_000), null);
    }

    private void listen(DirectListenerPool threads, ListenerOptions options, TlsSettings tls) throws IOException {
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .limits(Limits.builder().clientShare(1).build())
                .addRoute("/busy", this::busy)
                .addRoute(Route.path("/tunnel").allowUpgrade("echo").to((ProxyHandler) this::tunnel))
                .addRoute("/**", this::hello)
                .build();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        pool = threads;
        listener = DirectListener.open(
                new Listener.Settings(any, tls, null, null, time), options, threads, pipeline, () -> {});
        open.add(listener::close);
    }

    private ProxyResponse busy(ProxyRequest request) throws InterruptedException {
        busy.incrementAndGet();
        release.await();
        return ProxyResponse.of(200, "done");
    }

    /** A tunnel that stays open until its client ends it. */
    private ProxyResponse tunnel(ProxyRequest request) throws IOException {
        PipedInputStream nothing = new PipedInputStream();
        PipedOutputStream end = new PipedOutputStream(nothing);
        open.add(end);
        return ProxyResponse.builder(101)
                .tunnel(new Tunnel() {
                    @Override
                    public String protocol() {
                        return "echo";
                    }

                    @Override
                    public InputStream in() {
                        return nothing;
                    }

                    @Override
                    public OutputStream out() {
                        return OutputStream.nullOutputStream();
                    }

                    @Override
                    public void shutdownOutput() throws IOException {
                        end.close();
                    }

                    @Override
                    public void close() {}
                })
                .build();
    }

    private ProxyResponse hello(ProxyRequest request) {
        clients.add(request.exchange().client());
        return ProxyResponse.of(200, "hello");
    }

    private RawConnection connect() throws IOException {
        RawConnection connection = RawConnection.connect(listener.address());
        open.add(connection);
        return connection;
    }

    private RawConnection served() throws IOException {
        RawConnection connection = connect();
        serve(connection);
        return connection;
    }

    private static void serve(RawConnection client) throws IOException {
        client.write(GET);
        readHello(client);
    }

    private static void readHello(RawConnection client) throws IOException {
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(client.readExactly(5)).isEqualTo("hello");
    }

    private void awaitNoThread() {
        Awaited.isTrue(() -> ((ThreadPoolExecutor) pool.threads()).getActiveCount() == 0);
    }

    private void awaitBusy(int requests) {
        Awaited.isTrue(() -> busy.get() == requests);
    }

    /** RFC 9113 §3.3: the preface begins a connection. */
    @Test
    void aConnectionThatHasWaitedWithoutAThreadDoesNotChangeToHttp2() throws Exception {
        listen(DirectListenerPool.platform(2), options(10, true), null);
        RawConnection client = served();
        awaitNoThread();
        client.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 ");
    }

    @Test
    void moreConnectionsThanThreadsAreAllServedAndHoldNoneWhileTheyAreIdle() throws Exception {
        listen(2);
        List<RawConnection> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(served());
        }
        awaitNoThread();
        assertThat(listener.idle()).isEqualTo(50);
        for (int i = 0; i < 3; i++) {
            for (RawConnection each : all) {
                each.write(GET);
            }
            for (RawConnection each : all) {
                readHello(each);
            }
            awaitNoThread();
        }
    }

    @Test
    void aConnectionThatHasSentNothingHoldsNoThread() throws Exception {
        listen(1);
        List<RawConnection> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(connect());
        }
        Awaited.isTrue(() -> listener.idle() == 10);
        awaitNoThread();
        for (RawConnection each : all) {
            serve(each);
        }
    }

    @Test
    void aRequestThatComesByteByByteIsServed() throws Exception {
        listen(1);
        RawConnection client = served();
        for (int i = 0; i < GET.length(); i++) {
            awaitHalfReadOrIdle(i);
            client.write(GET.substring(i, i + 1));
        }
        readHello(client);
        awaitNoThread();
        serve(client);
    }

    private void awaitHalfReadOrIdle(int bytes) {
        if (bytes == 0) {
            awaitNoThread();
        } else {
            Awaited.isTrue(() -> listener.halfRead() == 1);
        }
    }

    @Test
    void aHeadThatIsNotWholeInItsTimeIsRefused() throws Exception {
        listen(1);
        RawConnection client = served();
        awaitNoThread();
        client.write("G");
        Awaited.isTrue(() -> listener.halfRead() == 1);
        time.advance(Duration.ofSeconds(11));
        assertThat(client.readAll()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void pipelinedRequestsAreAllServedWhereverTheyAreCut() throws Exception {
        listen(1);
        RawConnection client = connect();
        String three = GET + GET + GET;
        for (int cut = 1; cut < three.length(); cut += 7) {
            client.write(three.substring(0, cut));
            int whole = cut / GET.length();
            for (int i = 0; i < whole; i++) {
                readHello(client);
            }
            if (cut % GET.length() == 0) {
                awaitNoThread();
            }
            client.write(three.substring(cut));
            for (int i = whole; i < 3; i++) {
                readHello(client);
            }
            awaitNoThread();
        }
    }

    @Test
    void anIdleConnectionIsClosedAfterItsTime() throws Exception {
        listen(1);
        RawConnection first = served();
        awaitNoThread();
        time.advance(Duration.ofSeconds(74));
        RawConnection second = served();
        awaitNoThread();
        time.advance(Duration.ofMillis(1_100));
        assertThat(first.readAll()).isEmpty();
        serve(second);
        Awaited.isTrue(() -> listener.idle() == 1);
    }

    @Test
    void anIdleConnectionIsClosedAfterItsTimeEvenIfAllThreadsAreBusy() throws Exception {
        listen(1);
        RawConnection idle = served();
        awaitNoThread();
        connect().write(BUSY);
        awaitBusy(1);
        time.advance(Duration.ofSeconds(76));
        assertThat(idle.readAll()).isEmpty();
    }

    @Test
    void aRequestThatWaitsForAThreadIsNotIdle() throws Exception {
        listen(1);
        RawConnection waits = served();
        awaitNoThread();
        connect().write(BUSY);
        awaitBusy(1);
        waits.write(GET);
        time.advance(Duration.ofSeconds(200));
        release.countDown();
        readHello(waits);
    }

    @Test
    void theClientThatEndsItsDirectionIsAnsweredByTheEnd() throws Exception {
        listen(1);
        RawConnection client = served();
        awaitNoThread();
        client.shutdownOutput();
        assertThat(client.readAll()).isEmpty();
        Awaited.isTrue(() -> listener.idle() == 0);
    }

    @Test
    void aClosedConnectionFreesItsPlace() throws Exception {
        listen(DirectListenerPool.platform(2), options(2), null);
        for (int i = 0; i < 20; i++) {
            RawConnection client = served();
            awaitNoThread();
            client.close();
            Awaited.isTrue(() -> listener.idle() == 0);
        }
        served();
    }

    @Test
    void atTheLimitOfConnectionsTheLongestIdleOneIsClosed() throws Exception {
        listen(DirectListenerPool.platform(2), options(2), null);
        RawConnection first = served();
        awaitNoThread();
        time.advance(Duration.ofSeconds(1));
        RawConnection second = served();
        awaitNoThread();
        RawConnection third = served();
        assertThat(first.readAll()).isEmpty();
        serve(second);
        serve(third);
    }

    @Test
    void oneRequestMoreThanThereAreThreadsWaits() throws Exception {
        listen(2);
        List<RawConnection> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(served());
        }
        awaitNoThread();
        for (RawConnection each : all) {
            each.write(BUSY);
        }
        awaitBusy(2);
        assertThat(((ThreadPoolExecutor) pool.threads()).getActiveCount()).isEqualTo(2);

        release.countDown();
        for (RawConnection each : all) {
            assertThat(each.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(each.readExactly(4)).isEqualTo("done");
        }
        assertThat(busy).hasValue(4);
    }

    @Test
    void tunnelsDoNotTakeTheThreadsOfRequestsAndHaveTheirOwnLimit() throws Exception {
        listen(1);
        RawConnection before = served();
        RawConnection first = connect();
        first.write(UPGRADE);
        assertThat(first.readHead()).startsWith("HTTP/1.1 101 ");
        serve(before);
        serve(connect());

        RawConnection second = connect();
        second.write(UPGRADE);
        assertThat(second.readHead()).startsWith("HTTP/1.1 503 ");

        first.close();
        Awaited.isTrue(() -> upgrades(connect()));
        serve(before);
    }

    private static boolean upgrades(RawConnection client) throws IOException {
        client.write(UPGRADE);
        return client.readHead().startsWith("HTTP/1.1 101 ");
    }

    @Test
    void aHalfReadHeadGivesItsThreadToARequest() throws Exception {
        listen(1);
        RawConnection slow = connect();
        slow.write("GET / HTTP/1.1\r\n");
        Awaited.isTrue(() -> listener.halfRead() == 1);
        RawConnection silent = connect();
        Awaited.isTrue(() -> listener.idle() == 1);
        serve(silent);
        assertThat(slow.readAll()).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void halfReadHeadsNeverTakeAllThreads() throws Exception {
        listen(4);
        List<RawConnection> slow = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            time.advance(Duration.ofMillis(10));
            RawConnection client = connect();
            client.write("GET / HTTP/1.1\r\n");
            slow.add(client);
            int halfRead = Math.min(3, i + 1);
            Awaited.isTrue(() -> listener.halfRead() == halfRead);
        }
        assertThat(slow.get(0).readAll()).startsWith("HTTP/1.1 503 ");
        serve(connect());
        assertThat(listener.halfRead()).isEqualTo(3);
    }

    @Test
    void aDrainClosesIdleConnectionsAtOnceAndWaitsForRequests() throws Exception {
        listen(2);
        RawConnection idle = served();
        RawConnection another = served();
        awaitNoThread();
        RawConnection working = connect();
        working.write(BUSY);
        awaitBusy(1);

        Signal settled = listener.stopAccepting();

        assertThat(idle.readAll()).isEmpty();
        assertThat(another.readAll()).isEmpty();
        assertThat(settled.fired()).isFalse();
        release.countDown();
        assertThat(working.readAll()).startsWith("HTTP/1.1 200 ").contains("Connection: close\r\n");
        Awaited.signal(settled);
    }

    @Test
    void aDrainAnswersRequestsThatWaitForAThread() throws Exception {
        listen(1);
        RawConnection waits = served();
        awaitNoThread();
        connect().write(BUSY);
        awaitBusy(1);
        waits.write(GET);
        Signal settled = listener.stopAccepting();
        time.advance(Duration.ofSeconds(2));
        release.countDown();
        assertThat(waits.readAll()).startsWith("HTTP/1.1 200 ").endsWith("hello");
        Awaited.signal(settled);
    }

    @Test
    void closingEndsAllConnections() throws Exception {
        listen(1);
        RawConnection idle = served();
        awaitNoThread();
        RawConnection silent = connect();
        Awaited.isTrue(() -> listener.idle() == 2);
        Signal settled = listener.stopAccepting();
        listener.close();
        listener.close();
        assertThat(idle.readAll()).isEmpty();
        assertThat(silent.readAll()).isEmpty();
        Awaited.signal(settled);
        assertThat(listener.idle()).isZero();
    }

    private Socket connectTls() throws Exception {
        Socket client = TestTls.client("localhost")
                .getSocketFactory()
                .createSocket(
                        listener.address().getAddress(), listener.address().getPort());
        client.setSoTimeout(10_000);
        open.add(client);
        return client;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void readHello(Socket client) throws IOException {
        StringBuilder all = new StringBuilder();
        while (!all.toString().endsWith("hello")) {
            int next = client.getInputStream().read();
            assertThat(next).as(all.toString()).isNotNegative();
            all.append((char) next);
        }
        assertThat(all.toString()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void overTlsToo() throws Exception {
        listen(DirectListenerPool.platform(1), options(100), TlsSettings.of(TestTls.server("localhost")));
        List<Socket> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Socket client = connectTls();
            send(client, GET);
            readHello(client);
            all.add(client);
        }
        awaitNoThread();
        for (Socket each : all) {
            // Both are in one record, so that the second one is decrypted before it is awaited.
            send(each, GET + GET);
            readHello(each);
            readHello(each);
        }
        awaitNoThread();
        time.advance(Duration.ofSeconds(74));
        send(all.get(0), GET);
        readHello(all.get(0));
        awaitNoThread();
        time.advance(Duration.ofSeconds(2));
        Awaited.isTrue(() -> listener.idle() == 1);
    }

    /** A client over TLS whose requests can be cut behind the first byte of their record. */
    private final class CutClient extends Socket {
        private final Socket tls;
        private boolean cuts;
        private byte[] rest = {};

        CutClient() throws Exception {
            super(listener.address().getAddress(), listener.address().getPort());
            open.add(this);
            setSoTimeout(10_000);
            tls = TestTls.client("localhost").getSocketFactory().createSocket(this, "localhost", getPort(), true);
            send(tls, GET);
            readHello(tls);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    int now = cuts ? 1 : length;
                    out.write(bytes, offset, now);
                    rest = Arrays.copyOfRange(bytes, offset + now, offset + length);
                }
            };
        }

        void sendFirstByte() throws IOException {
            int before = listener.halfRead();
            cuts = true;
            send(tls, GET);
            Awaited.isTrue(() -> listener.halfRead() == before + 1);
        }

        void sendRest() throws IOException {
            super.getOutputStream().write(rest);
            readHello(tls);
        }
    }

    @Test
    void aByteOfARecordGivesItsThreadToARequest() throws Exception {
        TlsSettings tls = TlsSettings.of(TestTls.server("localhost"));
        listen(DirectListenerPool.platform(1), options(100), tls);
        CutClient half = new CutClient();
        Socket other = connectTls();
        send(other, GET);
        readHello(other);
        awaitNoThread();
        half.sendFirstByte();
        send(other, GET);
        readHello(other);
        assertThat(listener.halfRead()).isZero();
    }

    /** On virtual threads, where the JVM has them, too. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aByteOfARecordGivesItsPlaceToAnotherConnection(boolean platform) throws Exception {
        DirectListenerPool threads = platform ? DirectListenerPool.platform(8) : DirectListenerPool.of(null, 8);
        listen(threads, options(2), TlsSettings.of(TestTls.server("localhost")));
        for (int i = 0; i < 2; i++) {
            new CutClient().sendFirstByte();
            time.advance(Duration.ofMillis(10));
        }
        Socket other = connectTls();
        send(other, GET);
        readHello(other);
    }

    @Test
    void aRecordThatIsWholeTakesNoPlaceOfHalfReadOnes() throws Exception {
        listen(DirectListenerPool.platform(4), options(100), TlsSettings.of(TestTls.server("localhost")));
        CutClient whole = new CutClient();
        List<CutClient> cut = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            cut.add(new CutClient());
        }
        for (CutClient each : cut) {
            each.sendFirstByte();
        }
        for (int i = 0; i < 3; i++) {
            send(whole.tls, GET);
            readHello(whole.tls);
        }
        for (CutClient each : cut) {
            each.sendRest();
        }
        assertThat(listener.halfRead()).isZero();
    }

    /** P is the first byte of HTTP/2, and of a POST. */
    @Test
    void halfAPrefaceGivesItsThreadToARequest() throws Exception {
        listen(DirectListenerPool.platform(1), options(100, true), null);
        RawConnection half = connect();
        half.write("P");
        Awaited.isTrue(() -> listener.halfRead() == 1);
        serve(connect());
        assertThat(half.readAll()).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void halfAPrefaceGivesItsPlaceToAnotherConnection() throws Exception {
        listen(DirectListenerPool.of(null, 8), options(2, true), null);
        RawConnection half = connect();
        half.write("P");
        Awaited.isTrue(() -> listener.halfRead() == 1);
        time.advance(Duration.ofMillis(10));
        RawConnection later = connect();
        later.write("P");
        Awaited.isTrue(() -> listener.halfRead() == 2);
        serve(connect());
        assertThat(half.readAll()).startsWith("HTTP/1.1 503 ");
        later.write("OST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n");
        readHello(later);
    }

    @Test
    void aHandshakeThatDoesNotBeginHoldsNoThreadAndHasItsTime() throws Exception {
        listen(DirectListenerPool.platform(4), options(100), TlsSettings.of(TestTls.server("localhost")));
        RawConnection silent = connect();
        Awaited.isTrue(() -> listener.halfRead() == 1);
        awaitNoThread();
        Socket other = connectTls();
        send(other, GET);
        readHello(other);
        time.advance(Duration.ofMillis(9_800));
        assertThat(listener.halfRead()).isEqualTo(1);
        time.advance(Duration.ofMillis(300));
        Awaited.isTrue(() -> listener.halfRead() == 0);
        assertThat(ended(silent)).isTrue();
    }

    private static boolean ended(RawConnection client) {
        try {
            return client.readAll().isEmpty();
        } catch (IOException reset) {
            return !(reset instanceof SocketTimeoutException);
        }
    }

    @Test
    void aProxyHeaderThatDoesNotComeHoldsNoThread() throws Exception {
        listen(DirectListenerPool.platform(1), options(100, "127.0.0.1"), null);
        RawConnection late = connect();
        Awaited.isTrue(() -> listener.halfRead() == 1);
        awaitNoThread();
        InetSocketAddress source = new InetSocketAddress("192.0.2.7", 40_000);
        late.write(ProxyHeader.text(source, listener.address()));
        serve(late);
        awaitNoThread();
        serve(late);
        assertThat(clients).extracting(Client::address).containsOnly(source);
    }

    @Test
    void anExecutorThatLetsItsCallerWorkDoesNotStopTheOthers() throws Exception {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                0, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), new ThreadPoolExecutor.CallerRunsPolicy());
        open.add(one::shutdownNow);
        listen(DirectListenerPool.of(one, 1), options(100), null);
        RawConnection first = served();
        RawConnection second = served();
        awaitNoThread();
        first.write(BUSY);
        awaitBusy(1);
        second.write(GET);
        release.countDown();
        readHello(second);
    }

    @Test
    void aHalfReadHeadGivesItsThreadToARequestThatAnExecutorHasQueued() throws Exception {
        ThreadPoolExecutor one = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        open.add(one::shutdownNow);
        listen(DirectListenerPool.of(one, 1), options(100), null);
        RawConnection slow = connect();
        slow.write("GET / HTTP/1.1\r\n");
        Awaited.isTrue(() -> listener.halfRead() == 1);
        serve(connect());
        assertThat(slow.readAll()).startsWith("HTTP/1.1 503 ");
        Awaited.isTrue(() -> one.getActiveCount() == 0 && one.getQueue().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExecutorThatIsBusyWithSomethingElseIsAskedAgain(boolean callerRuns) throws Exception {
        ThreadPoolExecutor one = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
        if (callerRuns) {
            one.setRejectedExecutionHandler(new ThreadPoolExecutor.CallerRunsPolicy());
        }
        open.add(one::shutdownNow);
        Executor asked = one::execute;
        one.execute(() -> Awaited.latch(release));
        listen(DirectListenerPool.of(asked, 1), options(100), null);
        RawConnection client = connect();
        client.write(GET);
        Awaited.isTrue(() -> listener.idle() == 1);
        release.countDown();
        readHello(client);
    }
}
