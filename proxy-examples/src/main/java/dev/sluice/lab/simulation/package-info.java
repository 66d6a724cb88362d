/**
 * Simulations of the strategies: tables that show what each does with members that are slow, dead or replaced, a
 * comparison with published figures, and a measurement of the simulator's speed. {@link
 * dev.sluice.lab.simulation.Simulator} is the entry point. Everything runs on the thread that calls it.
 */
@NullMarked
package dev.sluice.lab.simulation;

import org.jspecify.annotations.NullMarked;
