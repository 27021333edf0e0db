// podsecurity LEVEL: reads a Pod as JSON and prints what the API server's own Pod Security admission would refuse in
// it at this level, one line each. `podsecurity version` prints the version of that admission's code.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

const module = "k8s.io/pod-security-admission"

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range info.Deps {
			if dependency.Path == module {
				return dependency.Version
			}
		}
	}
	return "unknown"
}

func stop(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	if len(os.Args) != 2 {
		stop(fmt.Errorf("usage: podsecurity LEVEL < POD"))
	}
	if os.Args[1] == "version" {
		fmt.Println("podsecurity", version())
		return
	}
	level, err := api.ParseLevel(os.Args[1])
	stop(err)
	var pod corev1.Pod
	stop(json.NewDecoder(os.Stdin).Decode(&pod))
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	stop(err)
	wanted := api.LevelVersion{Level: level, Version: api.LatestVersion()}
	for _, result := range evaluator.EvaluatePod(wanted, &pod.ObjectMeta, &pod.Spec) {
		if !result.Allowed {
			fmt.Printf("%s: %s\n", result.ForbiddenReason, result.ForbiddenDetail)
		}
	}
}
