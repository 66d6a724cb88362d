package dev.sluice.lab.chaos;

import dev.sluice.balancer.Member;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** The parts of a phase: three origins, the proxy in front of them, and the load. For one thread. */
final class Stage implements AutoCloseable {
    private final ChaosOptions options;
    private final Timeline timeline;
    private final Exchanges exchanges = new Exchanges();
    private final Tally tally = new Tally();
    private final Origins origins;
    private final List<OriginProcess> first;
    private final Front front;
    private final Load load;

    private Stage(ChaosOptions options, PrintStream out, Origins origins) throws IOException {
        this.options = options;
        this.timeline = new Timeline(out, options.events);
        this.origins = origins;
        List<OriginProcess> started = new ArrayList<>();
        List<Member> members = new ArrayList<>();
        List<Integer> weights = options.pool.weights();
        for (int i = 0; i < weights.size(); i++) {
            OriginProcess origin = origins.start("origin-" + (i + 1));
            started.add(origin);
            members.add(member(origin, weights.get(i)));
        }
        this.first = List.copyOf(started);
        this.front = new Front(members, options, timeline, exchanges);
        this.load = new Load(front.address(), options, tally);
    }

    /** Starts everything. */
    static Stage open(ChaosOptions options, PrintStream out) throws IOException {
        Origins origins = new Origins();
        try {
            return new Stage(options, out, origins);
        } catch (IOException | RuntimeException failure) {
            origins.close();
            throw failure;
        }
    }

    static Member member(OriginProcess origin, int weight) {
        return Member.at(origin.uri()).withId(origin.name()).withWeight(weight);
    }

    ChaosOptions options() {
        return options;
    }

    Timeline timeline() {
        return timeline;
    }

    Exchanges exchanges() {
        return exchanges;
    }

    Tally tally() {
        return tally;
    }

    Origins origins() {
        return origins;
    }

    /** The three origins of the beginning. */
    List<OriginProcess> firstOrigins() {
        return first;
    }

    Front front() {
        return front;
    }

    /** Ends the clients, each after its last answer. */
    void endLoad() {
        load.close();
    }

    /** The requests per second while the load ran. */
    double rate() {
        return tally.requests() / load.seconds();
    }

    @Override
    public void close() throws IOException {
        load.close();
        front.close();
        origins.close();
    }
}
