package dev.sluice.lab.chaos;

import java.util.List;

/** What happens while the load runs. */
interface Phase {
    /** Its name in {@code --phases}. */
    String name();

    /** The failures that clients see and that cannot be avoided. */
    Toll toll();

    /** Runs the phase. Returns the checks that belong to this phase alone. */
    List<Check> run(Stage stage) throws Exception;
}
