/*
 * orbit.c - a small n-body orbit simulator.
 *
 * Bodies attract one another under Newtonian gravity and are advanced
 * with a kick-drift-kick leapfrog. The scheme is symplectic: the energy
 * wobbles about its true value instead of drifting away from it.
 *
 * Units: astronomical units, years and solar masses, in which the
 * gravitational constant is 4 pi^2.
 *
 * Build:  cc -std=c99 -O2 orbit.c -o orbit -lm
 * Usage:  orbit [-n steps] [-d dt] [-e soft] [-p every] [file]
 *
 * Each line of the optional input file describes one body:
 *
 *     name mass x y z vx vy vz
 *
 * Blank lines and lines starting with '#' are ignored.
 */

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BODIES 64
#define NAME_LEN   16
#define LINE_LEN   256
#define TOLERANCE  1e-4  /* acceptable relative energy error */

static const double PI = 3.14159265358979323846;

typedef struct {
    double x, y, z;
} Vec3;

typedef struct {
    char name[NAME_LEN];
    double mass;
    Vec3 pos;
    Vec3 vel;
    Vec3 acc;
} Body;

typedef struct {
    Body body[MAX_BODIES];
    int count;
    double grav;   /* gravitational constant */
    double soft2;  /* softening length, squared */
} System;

typedef struct {
    long steps;
    long every;        /* print a table after this many steps */
    double dt;
    double soft;
    const char *path;  /* NULL selects the built-in system */
} Options;

static Vec3 vec_sub(Vec3 a, Vec3 b)
{
    Vec3 r = { a.x - b.x, a.y - b.y, a.z - b.z };
    return r;
}

static void vec_add_scaled(Vec3 *a, double s, Vec3 b)
{
    a->x += s * b.x;
    a->y += s * b.y;
    a->z += s * b.z;
}

static double vec_dot(Vec3 a, Vec3 b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

/* Set all accelerations, visiting each pair once. */
static void compute_forces(System *s)
{
    const Vec3 zero = { 0.0, 0.0, 0.0 };

    for (int i = 0; i < s->count; i++)
        s->body[i].acc = zero;

    for (int i = 0; i < s->count; i++) {
        Body *a = &s->body[i];
        for (int j = i + 1; j < s->count; j++) {
            Body *b = &s->body[j];
            Vec3 d = vec_sub(b->pos, a->pos);
            double r2 = vec_dot(d, d) + s->soft2;
            double k = s->grav / (r2 * sqrt(r2));

            vec_add_scaled(&a->acc, k * b->mass, d);
            vec_add_scaled(&b->acc, -k * a->mass, d);
        }
    }
}

/* Advance by one step; accelerations must be current on entry. */
static void leapfrog_step(System *s, double dt)
{
    for (int i = 0; i < s->count; i++) {
        Body *b = &s->body[i];
        vec_add_scaled(&b->vel, 0.5 * dt, b->acc);
        vec_add_scaled(&b->pos, dt, b->vel);
    }
    compute_forces(s);
    for (int i = 0; i < s->count; i++) {
        Body *b = &s->body[i];
        vec_add_scaled(&b->vel, 0.5 * dt, b->acc);
    }
}

static double total_energy(const System *s)
{
    double kinetic = 0.0, potential = 0.0;

    for (int i = 0; i < s->count; i++) {
        const Body *a = &s->body[i];
        kinetic += 0.5 * a->mass * vec_dot(a->vel, a->vel);
        for (int j = i + 1; j < s->count; j++) {
            const Body *b = &s->body[j];
            Vec3 d = vec_sub(b->pos, a->pos);
            double r = sqrt(vec_dot(d, d) + s->soft2);
            potential -= s->grav * a->mass * b->mass / r;
        }
    }
    return kinetic + potential;
}

/* Move to the frame in which the centre of mass is at rest at 0. */
static void centre_system(System *s)
{
    Vec3 pos = { 0.0, 0.0, 0.0 };
    Vec3 vel = { 0.0, 0.0, 0.0 };
    double mass = 0.0;

    for (int i = 0; i < s->count; i++) {
        const Body *b = &s->body[i];
        mass += b->mass;
        vec_add_scaled(&pos, b->mass, b->pos);
        vec_add_scaled(&vel, b->mass, b->vel);
    }
    if (mass <= 0.0)
        return;
    for (int i = 0; i < s->count; i++) {
        vec_add_scaled(&s->body[i].pos, -1.0 / mass, pos);
        vec_add_scaled(&s->body[i].vel, -1.0 / mass, vel);
    }
}

static Body *add_body(System *s, const char *name, double mass)
{
    Body *b;

    if (s->count >= MAX_BODIES)
        return NULL;
    b = &s->body[s->count++];
    memset(b, 0, sizeof *b);
    strncpy(b->name, name, NAME_LEN - 1);
    b->mass = mass;
    return b;
}

/* Start a planet at perihelion on the x axis, moving along +y. */
static void add_planet(System *s, const char *name, double mass,
                       double axis, double ecc)
{
    Body *b = add_body(s, name, mass);

    if (b == NULL)
        return;
    b->pos.x = axis * (1.0 - ecc);
    b->vel.y = sqrt(s->grav * (1.0 + mass) * (1.0 + ecc) / b->pos.x);
}

static void load_default(System *s)
{
    add_body(s, "sun", 1.0);
    add_planet(s, "earth",   3.00e-6,  1.000, 0.017);
    add_planet(s, "mars",    3.23e-7,  1.524, 0.093);
    add_planet(s, "jupiter", 9.55e-4,  5.203, 0.048);
    add_planet(s, "saturn",  2.86e-4,  9.537, 0.054);
}

/* Returns 0, or -1 after printing a message. */
static int load_file(System *s, const char *path)
{
    char line[LINE_LEN];
    int lineno = 0, status = 0;
    FILE *fp = fopen(path, "r");

    if (fp == NULL) {
        fprintf(stderr, "orbit: %s: %s\n", path, strerror(errno));
        return -1;
    }
    while (status == 0 && fgets(line, sizeof line, fp) != NULL) {
        char name[NAME_LEN];
        double m;
        Vec3 p, v;
        const char *start = line + strspn(line, " \t\r\n");
        Body *b;

        lineno++;
        if (*start == '\0' || *start == '#')
            continue;
        if (sscanf(start, "%15s %lf %lf %lf %lf %lf %lf %lf", name, &m,
                   &p.x, &p.y, &p.z, &v.x, &v.y, &v.z) != 8 || m < 0.0) {
            fprintf(stderr, "orbit: %s:%d: bad body\n", path, lineno);
            status = -1;
        } else if ((b = add_body(s, name, m)) == NULL) {
            fprintf(stderr, "orbit: more than %d bodies\n", MAX_BODIES);
            status = -1;
        } else {
            b->pos = p;
            b->vel = v;
        }
    }
    fclose(fp);
    return status;
}

static int usage(void)
{
    fputs("usage: orbit [-n steps] [-d dt] [-e soft] [-p every]"
          " [file]\n", stderr);
    return -1;
}

static int parse_number(const char *text, double low, double *out)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end != '\0' || !(value >= low))
        return -1;
    *out = value;
    return 0;
}

static int parse_args(int argc, char **argv, Options *opt)
{
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        double value;

        if (arg[0] != '-') {
            if (opt->path != NULL)
                return usage();
            opt->path = arg;
            continue;
        }
        if (arg[1] == '\0' || arg[2] != '\0' || i + 1 >= argc)
            return usage();
        if (parse_number(argv[++i], 0.0, &value) != 0)
            return usage();

        switch (arg[1]) {
        case 'd': opt->dt = value;   break;
        case 'e': opt->soft = value; break;
        case 'n':
        case 'p':
            if (value < 1.0 || value > (double)INT_MAX)
                return usage();
            if (arg[1] == 'n')
                opt->steps = (long)value;
            else
                opt->every = (long)value;
            break;
        default:
            return usage();
        }
    }
    return opt->dt > 0.0 ? 0 : usage();
}

static void print_table(const System *s, double time, double error)
{
    printf("t = %.4f  dE/E = %+.3e\n", time, error);
    for (int i = 0; i < s->count; i++) {
        const Body *b = &s->body[i];
        printf("  %-15s %12.6f %12.6f %12.6f  v = %.6f\n", b->name,
               b->pos.x, b->pos.y, b->pos.z,
               sqrt(vec_dot(b->vel, b->vel)));
    }
}

int main(int argc, char **argv)
{
    static System sys;
    Options opt = { 20000, 5000, 0.001, 0.0, NULL };
    double start, scale, worst = 0.0;

    if (parse_args(argc, argv, &opt) != 0)
        return 2;

    sys.grav = 4.0 * PI * PI;
    sys.soft2 = opt.soft * opt.soft;
    if (opt.path == NULL)
        load_default(&sys);
    else if (load_file(&sys, opt.path) != 0)
        return 1;
    if (sys.count < 2) {
        fputs("orbit: too few bodies\n", stderr);
        return 1;
    }

    centre_system(&sys);
    compute_forces(&sys);
    start = total_energy(&sys);
    scale = start != 0.0 ? fabs(start) : 1.0;
    print_table(&sys, 0.0, 0.0);

    for (long step = 1; step <= opt.steps; step++) {
        leapfrog_step(&sys, opt.dt);
        double error = (total_energy(&sys) - start) / scale;
        if (!(fabs(error) <= worst))
            worst = fabs(error);
        if (step % opt.every == 0 || step == opt.steps)
            print_table(&sys, (double)step * opt.dt, error);
    }

    printf("worst energy error %.3e over %ld steps\n", worst, opt.steps);
    if (!(worst <= TOLERANCE)) {
        fputs("orbit: energy error too large; reduce dt\n", stderr);
        return 1;
    }
    return 0;
}
