package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.http2.Settings;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.Opened;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.Http2;
import dev.sluice.proxy.transport.direct.Http2Origin;
import java.time.Duration;

/** A pool of two members "a" and "b" that are origins of HTTP/2, a server before it, and a client of HTTP/2. */
final class Http2Members {
    final ManualTime time = new ManualTime();
    final RecordingListener records = new RecordingListener();
    private final Opened open = new Opened();
    final DirectTransport transport = opened(DirectTransport.builder()
            .http2(Http2.builder().priorKnowledge(true).build())
            .build());
    final Http2Origin a = opened(new Http2Origin(Settings.ENABLE_CONNECT_PROTOCOL, 1));
    final Http2Origin b = opened(new Http2Origin(Settings.ENABLE_CONNECT_PROTOCOL, 1));
    UpstreamPool pool;
    ProxyServer server;
    Http2Client client;

    Http2Members() throws Exception {}

    void close() throws Exception {
        open.close();
    }

    <T extends AutoCloseable> T opened(T resource) {
        return open.add(resource);
    }

    /** An origin as a member. */
    Member member(Http2Origin origin, String id) {
        return Member.of(origin.upstream(transport, id));
    }

    /** Options of a pool without members. */
    UpstreamPool.Builder none() {
        return UpstreamPool.builder().time(time).strategy(Strategies.roundRobin());
    }

    /** Options of a pool with both members. */
    UpstreamPool.Builder both() {
        return none().addMember(member(a, "a")).addMember(member(b, "b"));
    }

    /** Starts a server before the pool, to which a client connects. */
    void start(UpstreamPool.Builder members) throws Exception {
        pool = opened(members.build());
        server = opened(ProxyServer.builder()
                .transport(transport)
                .time(time)
                .drain(Duration.ZERO)
                .addListener(records)
                .addRoute(Route.any().allowUpgrade("websocket").to(pool))
                .build()
                .start());
        client = opened(Http2Client.connect(server.address()));
    }

    PoolSnapshot.MemberSnapshot member(String id) {
        return pool.snapshot().member(id).orElseThrow();
    }

    /** The client gets a 204 on this stream from the member whose turn it is, by a new connection. */
    Http2Client greeted(Http2Origin origin, int stream) throws Exception {
        client.get(stream, "/");
        Http2Client connection = origin.connection();
        answer(connection, 1);
        assertThat(client.head(stream)).startsWith(":status: 204\n");
        return connection;
    }

    /** Answers a GET with 204. */
    static void answer(Http2Client origin, int stream) throws Exception {
        origin.await("HEADERS", stream);
        origin.headers(stream, true, ":status", "204");
    }

    /** Begins a call of gRPC with a message, after which others may follow. */
    void call(int stream) throws Exception {
        client.headers(
                stream,
                false,
                Http2Client.request("POST", "/a.B/c", "content-type", "application/grpc", "te", "trailers"));
        client.data(stream, false, "hello");
    }

    /** Answers the next call that comes with a status and no message. */
    static void answerCall(Http2Client origin, String status) throws Exception {
        Event request = origin.await("HEADERS");
        origin.headers(
                request.stream(), true, ":status", "200", "grpc-status", status, "content-type", "application/grpc");
    }

    /** Waits until no attempt is at work. */
    void awaitIdle() {
        Awaited.isTrue(() -> pool.snapshot().inFlight() == 0);
    }
}
