package dev.sluice.balancer.discovery;

import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Asks recursive name servers (RFC 1035 §7), one after another until one has answered: over UDP, or over TCP if the
 * answer does not fit (RFC 7766 §5). A name that does not exist is an empty answer. If no server could answer, that is
 * an exception. Safe for use by many threads.
 */
final class DnsClient {
    /** The greatest number of further questions for a chain of aliases that a server has not followed to its end. */
    private static final int MOST_STEPS = 8;

    private final NameServers servers;
    private final Duration timeout;
    private final int rounds;
    private final TimeSource time;
    private final RandomGenerator random;

    /** The server that answered last is asked first, so that a server that is down does not cost a wait each time. */
    private volatile int first;

    /** @param rounds how often each server is asked */
    DnsClient(NameServers servers, Duration timeout, int rounds, TimeSource time, RandomGenerator random) {
        this.servers = servers;
        this.timeout = timeout;
        this.rounds = rounds;
        this.time = time;
        this.random = random;
    }

    /** The answer, with the lowest TTL of the whole chain. */
    DnsAnswer resolve(DnsQuestion asked) throws IOException, InterruptedException {
        DnsQuestion question = asked;
        long ttlSeconds = Integer.MAX_VALUE;
        for (int step = 0; step < MOST_STEPS; step++) {
            DnsAnswer answer = ask(question);
            ttlSeconds = Math.min(ttlSeconds, answer.ttlSeconds());
            if (answer.complete()) {
                return new DnsAnswer(answer.owner(), answer.records(), ttlSeconds, answer.additional(), true);
            }
            question = new DnsQuestion(requireHost(answer.owner()), asked.type());
        }
        throw new IOException("the aliases of " + asked.name() + " have no end");
    }

    /** A name that a record has led to. */
    static String requireHost(String name) throws IOException {
        try {
            return DnsQuestion.requireName("target of a record", name);
        } catch (IllegalArgumentException malformed) {
            throw new IOException(malformed.getMessage(), malformed);
        }
    }

    private DnsAnswer ask(DnsQuestion question) throws IOException, InterruptedException {
        List<InetSocketAddress> all = servers.servers();
        List<String> failures = new ArrayList<>();
        int begin = first;
        for (int i = 0; i < rounds * all.size(); i++) {
            int index = (begin + i) % all.size();
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while asking the DNS for " + question);
            }
            try {
                DnsAnswer answer = DnsAnswer.of(exchange(all.get(index), question), question);
                first = index;
                return answer;
            } catch (IOException failure) {
                String why = failure.getMessage();
                failures.add(all.get(index) + ": " + (why == null ? failure.toString() : why));
            }
        }
        throw new IOException("no answer from the DNS to " + question + ": " + String.join("; ", failures));
    }

    private DnsMessage exchange(InetSocketAddress server, DnsQuestion question) throws IOException {
        DnsExchange exchange = new DnsExchange(server, question, random.nextInt(0x10000), time, timeout);
        DnsMessage message = exchange.overUdp();
        if (message.truncated()) {
            message = exchange.overTcp();
        }
        int code = message.code();
        if (message.truncated()) {
            throw new IOException("truncated over TCP");
        }
        if (code != DnsMessage.SUCCESS && code != DnsMessage.NO_SUCH_NAME) {
            throw new IOException("response code " + code + words(code));
        }
        if (message.refersElsewhere()) {
            throw new IOException("it does not know the name, and does not ask others");
        }
        return message;
    }

    /** RFC 1035 §4.1.1. */
    private static String words(int code) {
        return switch (code) {
            case 1 -> " (format error)";
            case 2 -> " (server failure)";
            case 4 -> " (not implemented)";
            case 5 -> " (refused)";
            default -> "";
        };
    }
}
