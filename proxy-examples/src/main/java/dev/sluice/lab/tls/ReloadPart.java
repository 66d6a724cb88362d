package dev.sluice.lab.tls;

import dev.sluice.lab.Table;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/** Certificates are renewed while clients come: no handshake fails, and each new connection gets the newest one. */
final class ReloadPart {
    private final Supplier<LongPredicate> warmUp;
    private final Visits warm = new Visits();
    private final Visits visits = new Visits();
    private final List<String> problems = new ArrayList<>();
    private long renewed;
    private long refused;

    /** @param warmUp how long there is the same traffic before it counts, so that the code is compiled */
    ReloadPart(Supplier<LongPredicate> warmUp) {
        this.warmUp = warmUp;
    }

    /**
     * Runs until it is told to stop. Returns what was wrong, in words.
     *
     * @param reloads new certificates per second; 0 for as many as possible
     */
    List<String> run(Path folder, long seed, int reloads, Traffic traffic) throws IOException, InterruptedException {
        TestAuthority authority = TestAuthority.create();
        Renewals renewals = new Renewals(authority, folder, seed);
        AtomicBoolean over = new AtomicBoolean();
        try (TlsFiles files = renewals.files().build();
                ProxyServer server = ProxyServer.builder()
                        .tls(files)
                        .addRoute("/**", request -> ProxyResponse.of(200, "ok"))
                        .build()
                        .start()) {
            Thread renewing = new Thread(() -> renew(renewals, files, new Pace(reloads), over), "tls-renewals");
            renewing.start();
            visit(warm, server, authority, renewals, traffic, warmUp.get());
            visit(visits, server, authority, renewals, traffic, traffic.length().get());
            over.set(true);
            renewing.join();
        }
        renewed = renewals.inForce();
        refused = renewals.refused();
        warm.failures().forEach((how, count) -> problems.add("warming up: " + count + " x " + how));
        visits.failures().forEach((how, count) -> problems.add(count + " x " + how));
        return problems;
    }

    private static void visit(
            Visits visits,
            ProxyServer server,
            TestAuthority authority,
            Renewals renewals,
            Traffic traffic,
            LongPredicate goesOn)
            throws InterruptedException {
        visits.run(
                server.address(),
                authority.client().context(),
                traffic.clients(),
                new Pace(traffic.rate()),
                new Visits.Freshness(renewals::inForce, renewals::number),
                goesOn);
    }

    private void renew(Renewals renewals, TlsFiles files, Pace pace, AtomicBoolean over) {
        try {
            while (!over.get()) {
                pace.await();
                renewals.renew(files);
            }
        } catch (IOException | RuntimeException failure) {
            problems.add(String.valueOf(failure));
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many certificates were put in force after the first one. */
    long renewed() {
        return renewed;
    }

    /** How often wrong files were refused. */
    long refused() {
        return refused;
    }

    /** What happened, as a table and a line. */
    String report() {
        Table table = Visits.table();
        visits.addTo(table, "each with a handshake");
        return table.markdown() + "\n" + renewed + " new certificates, and " + refused
                + " times wrong files before one\n";
    }
}
