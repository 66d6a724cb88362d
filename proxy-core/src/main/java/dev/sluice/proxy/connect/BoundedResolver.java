package dev.sluice.proxy.connect;

import dev.sluice.proxy.connect.lookup.Answer;
import dev.sluice.proxy.connect.lookup.Lookups;
import dev.sluice.proxy.connect.lookup.Question;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A resolver that is asked by {@link Lookups}. Safe for use by many threads. */
record BoundedResolver(Resolver resolver, TimeSource time, Duration timeout) implements Resolver {
    static final Resolver SYSTEM = new BoundedResolver(
            host -> List.of(InetAddress.getAllByName(host)), TimeSource.system(), Duration.ofSeconds(30));

    @Override
    public List<InetAddress> resolve(String host) throws IOException {
        Question question = new Question(host, resolver::resolve, time, settled -> {});
        Lookups.Ticket ticket = Objects.requireNonNull(Lookups.SHARED.enter(question, Lookups.CONFIGURATION));
        try {
            time.await(question.done(), time.deadline(timeout));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while resolving " + host).initCause(interrupt);
        } finally {
            Lookups.SHARED.leave(ticket);
        }
        Answer answer = question.answer();
        if (answer != null) {
            return answer.addresses();
        }
        Throwable why = question.failure();
        if (why instanceof IOException known) {
            throw known;
        }
        IOException failure = new UnknownHostException(
                why == null
                        ? host + ": no answer within " + DurationText.of(timeout)
                        : host + " was not resolved: " + why);
        throw why == null ? failure : (IOException) failure.initCause(why);
    }
}
