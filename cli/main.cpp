#include "cli/cli.h"

int main(int argc, char** argv) { return wsb::cli::run(argc, argv); }
