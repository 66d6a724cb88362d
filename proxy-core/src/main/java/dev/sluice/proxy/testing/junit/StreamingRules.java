package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.change.Change;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;

/** A large body goes on before it is whole: its sender waits in the middle of it until some of it has arrived. */
final class StreamingRules {
    private static final String RULE =
            "A proxy must pass on a large body while it comes, and not hold the whole of it:";
    /** A smaller body may be held, such as for a retry. */
    private static final int LARGE = 1 << 20;

    private StreamingRules() {}

    static void requests(Subject subject) throws Exception {
        int size = subject.largestBody();
        if (size < LARGE) {
            return;
        }
        subject.requireThatItPassesOn();
        Findings findings = new Findings(RULE);
        Signal arrived = new Signal();
        try (Proxied proxied = subject.playing(connection -> {
                    connection.readExactly(1);
                    arrived.fire();
                    connection.readExactly(size - 1);
                    connection.write(Proxied.OK);
                });
                RawConnection client = proxied.connect()) {
            String head = subject.request("POST", "Content-Length: " + size);
            String broken = "";
            try {
                client.write(head + BodyRules.body(size / 2));
                if (fires(arrived, Change.LIMIT)) {
                    client.write(BodyRules.body(size - size / 2));
                    Message.response(client, "POST");
                } else {
                    broken =
                            "the upstream got nothing while the client had sent " + size / 2 + " of " + size + " bytes";
                }
            } catch (IOException end) {
                broken = "the client got no answer to " + size + " bytes: " + end;
            }
            if (!broken.isEmpty()) {
                findings.add(new Finding(broken).sent("the client", head));
            }
        }
        findings.check();
    }

    static void responses(Subject subject) throws Exception {
        int size = subject.largestBody();
        if (size < LARGE) {
            return;
        }
        Findings findings = new Findings(RULE);
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + size + "\r\n\r\n";
        Signal arrived = new Signal();
        try (Proxied proxied = subject.playing(connection -> {
                    connection.write(head + BodyRules.body(size / 2));
                    // Longer than the client waits, so that it does not get an error instead.
                    if (fires(arrived, Change.LIMIT.multipliedBy(2))) {
                        connection.write(BodyRules.body(size - size / 2));
                    }
                });
                RawConnection client = proxied.connect()) {
            client.write(subject.request("GET"));
            if (!begins(client)) {
                findings.add(new Finding("the client got nothing while the upstream had sent " + size / 2 + " of "
                                + size + " bytes")
                        .sent("the upstream", head));
            }
            arrived.fire();
        }
        findings.check();
    }

    private static boolean begins(RawConnection client) {
        try {
            client.readHead();
            client.readExactly(1);
            return true;
        } catch (IOException silenceOrEnd) {
            return false;
        }
    }

    private static boolean fires(Signal signal, Duration most) throws InterruptedException {
        TimeSource time = TimeSource.system();
        return time.await(signal, time.deadline(most));
    }
}
