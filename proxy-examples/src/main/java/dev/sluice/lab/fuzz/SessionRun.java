package dev.sluice.lab.fuzz;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FieldBlock;
import dev.sluice.proxy.http2.FrameReader;
import dev.sluice.proxy.http2.Frames;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.http2.RequestFields;
import dev.sluice.proxy.http2.hpack.HpackException;
import dev.sluice.proxy.transport.direct.multiplex.ClientSession;
import dev.sluice.proxy.transport.direct.multiplex.ServerSession;
import dev.sluice.proxy.transport.direct.multiplex.Session;
import dev.sluice.proxy.transport.direct.multiplex.SessionOptions;
import dev.sluice.proxy.transport.direct.multiplex.SessionStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One side of a connection that reads frames: its streams, its windows, and what it answers. A server answers some requests
 * at once and others never, a client has sent three requests. For one thread.
 */
final class SessionRun {
    private static final SessionOptions OPTIONS = new SessionOptions(10, 600, 1_200, 2_000, 100);
    /** A session takes blocks of twice as many bytes. */
    private static final int LIST = FrameRules.BLOCK / 2;

    private final KeptWire wire = new KeptWire();
    private final List<SessionStream> streams = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();

    private SessionRun() {}

    /**
     * What it has sent, what its streams have got, and how it ends. Whatever else is thrown is a fault of the session.
     *
     * @param byClient whether a client reads, and not a server
     */
    static List<String> lines(CutBytes bytes, boolean byClient) throws IOException {
        SessionRun run = new SessionRun();
        String end = run.end(byClient ? run.client(bytes) : run.server(bytes));
        run.read();
        run.written(byClient ? Frames.PREFACE.length : 0);
        run.lines.add(end);
        return run.lines;
    }

    private Session server(CutBytes bytes) throws IOException {
        ServerSession[] session = new ServerSession[1];
        session[0] = new ServerSession(wire, new StillTime(), OPTIONS, LIST, bytes, new ServerSession.Role() {
            @Override
            public void greeted() {
                lines.add("greeted");
            }

            @Override
            public void opened(int id, FieldBlock block, boolean fits, boolean end) throws IOException {
                RequestFields.of(block, id, true);
                SessionStream stream = session[0].open(id, block, Body.UNKNOWN, end);
                streams.add(stream);
                if (id % 8 == 1) {
                    stream.send(writer -> writer.response(204, Headers.empty(), -1), true);
                    stream.flush();
                }
            }

            @Override
            public void left(SessionStream stream) {
                lines.add("left " + stream.id());
            }

            @Override
            public void goesAway() {
                lines.add("goes away");
            }
        });
        session[0].begin();
        return session[0];
    }

    private Session client(CutBytes bytes) throws IOException {
        ClientSession session = new ClientSession(wire, new StillTime(), OPTIONS, LIST, bytes);
        session.begin();
        for (int i = 0; i < 3; i++) {
            boolean end = i != 1;
            RequestFields request = new RequestFields("POST", "http", "a.test", "/", null, Headers.empty());
            SessionStream stream =
                    session.start(writer -> writer.request(request, -1, false, true), end, head -> Body.UNKNOWN);
            stream.flush();
            streams.add(stream);
        }
        return session;
    }

    private String end(Session session) throws IOException {
        try {
            session.run();
            return "end";
        } catch (EOFException cut) {
            return "cut";
        } catch (HpackException undecodable) {
            return "connection " + ErrorCode.COMPRESSION_ERROR;
        } catch (Http2Exception fault) {
            if (fault.stream() != 0) {
                throw new IllegalStateException("the error of a stream ends the connection", fault);
            }
            return "connection " + fault.code();
        }
    }

    /** What whoever uses the streams gets, who may not be left to wait. */
    private void read() {
        for (SessionStream each : streams) {
            String got = "got " + each.id();
            byte[] bytes = new byte[100];
            try {
                for (int count = each.read(bytes, 0, 100); count >= 0; count = each.read(bytes, 0, 100)) {
                    got += " " + Arrays.hashCode(Arrays.copyOf(bytes, count));
                }
                got += " end " + each.trailers();
            } catch (IOException broken) {
                got += " " + broken.getMessage();
            }
            lines.add(got);
        }
    }

    /** What was sent, which must be frames. */
    private void written(int begin) throws IOException {
        byte[] bytes = wire.written();
        Heard heard = new Heard();
        FrameReader reader =
                new FrameReader(new ByteArrayInputStream(bytes, begin, bytes.length - begin)::read, 1_000, heard);
        while (reader.next()) {
            // Each frame is a line.
        }
        heard.lines().forEach(each -> lines.add("sent " + each));
    }
}
