package dev.sluice.balancer.discovery;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.discovery.DnsRecord.Address;
import dev.sluice.balancer.discovery.DnsRecord.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** All questions of one answer, which is good for the lowest of their times. Not for several threads. */
final class DnsLookup {
    /**
     * Without a remainder for up to four addresses, and for six; and 12 times 65535 is a weight that a member may
     * have.
     */
    private static final int PARTS = 12;

    private final DnsClient client;
    private final List<DnsType> types;
    private long ttlSeconds = Integer.MAX_VALUE;

    /** @param types of the addresses that count */
    DnsLookup(DnsClient client, List<DnsType> types) {
        this.client = client;
        this.types = types;
    }

    long ttlSeconds() {
        return ttlSeconds;
    }

    /** The addresses of a host. */
    List<Endpoint> host(String host, int port) throws IOException, InterruptedException {
        List<Endpoint> found = new ArrayList<>();
        for (InetAddress address : addresses(host, List.of())) {
            found.add(new Endpoint(host, address, port, 1, 0));
        }
        return found;
    }

    /** The targets of a service (RFC 2782). */
    List<Endpoint> service(String name) throws IOException, InterruptedException {
        DnsAnswer answer = client.resolve(new DnsQuestion(name, DnsType.SRV));
        ttlSeconds = answer.ttlSeconds();
        List<Target> targets = new ArrayList<>();
        for (DnsRecord record : answer.records()) {
            Service service = (Service) record.data();
            // A target that is the root means that there is no such service.
            if (!service.target().isEmpty() && service.port() != 0) {
                String host = DnsClient.requireHost(service.target());
                targets.add(new Target(service, addresses(host, answer.additional())));
            }
        }
        return endpoints(targets);
    }

    /**
     * The addresses of a name: those in the answer, and a question for each type without any. A server may leave out
     * records that did not fit, so an A record does not mean that there is no AAAA record.
     */
    private Set<InetAddress> addresses(String host, List<DnsRecord> known) throws IOException, InterruptedException {
        Set<InetAddress> found = new LinkedHashSet<>();
        long absentSeconds = Integer.MAX_VALUE;
        for (DnsType type : types) {
            List<DnsRecord> records = DnsAnswer.at(host, type, known);
            long seconds = DnsAnswer.lowest(Integer.MAX_VALUE, records);
            if (records.isEmpty()) {
                DnsAnswer answer = client.resolve(new DnsQuestion(host, type));
                records = answer.records();
                seconds = answer.ttlSeconds();
            }
            if (records.isEmpty()) {
                absentSeconds = Math.min(absentSeconds, seconds);
            } else {
                ttlSeconds = Math.min(ttlSeconds, seconds);
            }
            records.forEach(record -> found.add(((Address) record.data()).address()));
        }
        // If one family has no address, that says nothing about how long addresses of the other are good.
        if (found.isEmpty()) {
            ttlSeconds = Math.min(ttlSeconds, absentSeconds);
        }
        return found;
    }

    private static List<Endpoint> endpoints(List<Target> targets) {
        int parts = targets.stream().anyMatch(target -> target.addresses().size() > 1) ? PARTS : 1;
        List<Integer> ranks = targets.stream()
                .map(target -> target.service().priority())
                .distinct()
                .sorted()
                .toList();
        List<Endpoint> endpoints = new ArrayList<>();
        for (Target target : targets) {
            Service service = target.service();
            int priority = Math.min(ranks.indexOf(service.priority()), Member.MAX_PRIORITY);
            int weight = Math.max(1, service.weight()) * parts;
            for (InetAddress address : target.addresses()) {
                int part = Math.max(1, weight / target.addresses().size());
                endpoints.add(new Endpoint(service.target(), address, service.port(), part, priority));
            }
        }
        // Of two records for one place, the preferred one counts.
        endpoints.sort((a, b) -> Integer.compare(a.priority(), b.priority()));
        return endpoints;
    }

    private record Target(Service service, Set<InetAddress> addresses) {}
}
