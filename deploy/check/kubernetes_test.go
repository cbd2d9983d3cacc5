package check

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/json"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// drain is how long archbot finishes what it has begun, and so the least that whoever
// stops it has to wait.
const drain = 20 * time.Second

// cluster is what a kustomization makes, as Kubernetes's own types.
type cluster struct {
	pods      map[string]corev1.PodTemplateSpec // by "Kind/name"
	replicas  map[string]int32
	rollout   map[string]appsv1.DeploymentStrategy
	selectors map[string]*metav1.LabelSelector // of what chooses Pods
	configs   map[string]corev1.ConfigMap
	accounts  map[string]corev1.ServiceAccount
	services  map[string]corev1.Service
	policies  map[string]networkingv1.NetworkPolicy
	budgets   map[string]policyv1.PodDisruptionBudget
}

// build runs Kustomize's own code over a directory, and decodes what comes out without
// letting anything pass that the types do not have.
func build(t *testing.T, dir string) cluster {
	t.Helper()
	made, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join("..", "kubernetes", dir))
	if err != nil {
		t.Fatal(err)
	}
	c := cluster{
		map[string]corev1.PodTemplateSpec{}, map[string]int32{}, map[string]appsv1.DeploymentStrategy{}, map[string]*metav1.LabelSelector{},
		map[string]corev1.ConfigMap{}, map[string]corev1.ServiceAccount{}, map[string]corev1.Service{},
		map[string]networkingv1.NetworkPolicy{}, map[string]policyv1.PodDisruptionBudget{},
	}
	for _, resource := range made.Resources() {
		text, err := resource.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.add(resource.GetKind(), resource.GetKind()+"/"+resource.GetName(), text); err != nil {
			t.Errorf("%s/%s: %v", resource.GetKind(), resource.GetName(), err)
		}
		if resource.GetKind() != "Namespace" && resource.GetNamespace() != "archbot" {
			t.Errorf("%s/%s is in the namespace %q", resource.GetKind(), resource.GetName(), resource.GetNamespace())
		}
	}
	return c
}

func (c *cluster) add(kind, name string, text []byte) error {
	switch kind {
	case "Namespace":
		return decode(text, new(corev1.Namespace))
	case "Deployment":
		var d appsv1.Deployment
		err := decode(text, &d)
		c.pods[name], c.replicas[name], c.rollout[name], c.selectors[name] = d.Spec.Template, *d.Spec.Replicas, d.Spec.Strategy, d.Spec.Selector
		return err
	case "StatefulSet":
		var s appsv1.StatefulSet
		err := decode(text, &s)
		c.pods[name], c.selectors[name] = s.Spec.Template, s.Spec.Selector
		return err
	case "ConfigMap":
		return put(c.configs, name, text)
	case "ServiceAccount":
		return put(c.accounts, name, text)
	case "Service":
		err := put(c.services, name, text)
		c.selectors[name] = &metav1.LabelSelector{MatchLabels: c.services[name].Spec.Selector}
		return err
	case "NetworkPolicy":
		err := put(c.policies, name, text)
		c.selectors[name] = &metav1.LabelSelector{MatchLabels: c.policies[name].Spec.PodSelector.MatchLabels}
		return err
	case "PodDisruptionBudget":
		err := put(c.budgets, name, text)
		c.selectors[name] = c.budgets[name].Spec.Selector
		return err
	}
	return fmt.Errorf("this test does not know %s", kind)
}

// decode reads YAML as the API server does: to it, unlike to encoding/json, a field in
// other capitals is an unknown one.
func decode(text []byte, into any) error {
	asJSON, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return err
	}
	strict, err := json.UnmarshalStrict(asJSON, into)
	return errors.Join(append(strict, err)...)
}

func put[T any](into map[string]T, name string, text []byte) error {
	var v T
	err := decode(text, &v)
	into[name] = v
	return err
}

// Both kustomizations build; their Pods are as locked in as the strictest of Kubernetes's
// standards asks, and get the time that they need to end.
func TestKubernetes(t *testing.T) {
	for _, dir := range []string{"base", "overlays/redis"} {
		t.Run(dir, func(t *testing.T) {
			c := build(t, dir)
			if len(c.pods) == 0 {
				t.Fatal("there are no Pods")
			}
			for name, pod := range c.pods {
				holdRestricted(t, name, pod.Spec)
				holdPorts(t, c, name, pod)
			}
			for name, selector := range c.selectors {
				holdSelects(t, c, name, selector)
			}
			holdBot(t, c)
		})
	}
}

// holdBot fails when the bot's own Pods are not run as it needs.
func holdBot(t *testing.T, c cluster) {
	t.Helper()
	const name = "Deployment/archbot"
	pod := c.pods[name].Spec
	container := pod.Containers[0]
	if c.replicas[name] < 2 || c.rollout[name].RollingUpdate.MaxUnavailable.IntValue() != 0 || c.budgets["PodDisruptionBudget/archbot"].Spec.MinAvailable.IntValue() < 1 {
		t.Error("a rollout or a drained node leaves nobody to answer")
	}
	pause := container.Lifecycle.PreStop.Sleep.Seconds
	if grace := time.Duration(*pod.TerminationGracePeriodSeconds-pause) * time.Second; grace <= drain {
		t.Errorf("after the pause it has %v to end, and drains for up to %v", grace, drain)
	}
	if len(pod.TopologySpreadConstraints) == 0 {
		t.Error("both replicas may be on one node")
	}
	for probe, path := range map[*corev1.Probe]string{
		container.StartupProbe: "/healthz", container.LivenessProbe: "/healthz", container.ReadinessProbe: "/readyz",
	} {
		if probe == nil || probe.HTTPGet.Path != path || probe.HTTPGet.Port.StrVal != "private" {
			t.Errorf("a probe is %+v, want one of %s", probe, path)
		}
	}
	mount := container.VolumeMounts[0].MountPath
	for name, value := range c.configs[configName(t, c)].Data {
		if name == "GOMEMLIMIT" {
			continue
		}
		holdSetting(t, "deploy/kubernetes", name)
		if strings.HasSuffix(name, "_FILE") {
			holdSecretKey(t, strings.TrimPrefix(value, mount+"/"))
		}
	}
	if !slices.Equal(container.Args, []string{"serve"}) || *c.accounts["ServiceAccount/archbot"].AutomountServiceAccountToken {
		t.Errorf("it is run with %v", container.Args)
	}
}

// configName is the ConfigMap that the bot has its settings from: Kustomize adds a hash.
func configName(t *testing.T, c cluster) string {
	t.Helper()
	from := "ConfigMap/" + c.pods["Deployment/archbot"].Spec.Containers[0].EnvFrom[0].ConfigMapRef.Name
	if _, ok := c.configs[from]; !ok {
		t.Fatalf("there is no %s, but %v", from, slices.Collect(maps.Keys(c.configs)))
	}
	return from
}

// holdSecretKey fails when the example of the Secret has not the key.
func holdSecretKey(t *testing.T, key string) {
	t.Helper()
	text, err := os.ReadFile("../kubernetes/base/secret.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var secret corev1.Secret
	if err := decode(text, &secret); err != nil {
		t.Fatal(err)
	}
	if _, ok := secret.StringData[key]; !ok || secret.Name != "archbot" {
		t.Errorf("the example of the Secret has no key %q", key)
	}
}

// holdRestricted fails where a Pod does what the restricted standard forbids:
// https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted; and
// where it may write to its root, has a token of Kubernetes, or no limit of memory.
func holdRestricted(t *testing.T, name string, pod corev1.PodSpec) {
	t.Helper()
	s := pod.SecurityContext
	if s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.RunAsUser == nil || *s.RunAsUser == 0 || s.SeccompProfile == nil || s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		t.Errorf("%s may be root, or make any system call: %+v", name, s)
	}
	if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken || pod.EnableServiceLinks == nil || *pod.EnableServiceLinks {
		t.Errorf("%s has a token of Kubernetes, or variables for Services", name)
	}
	if pod.HostNetwork || pod.HostPID || pod.HostIPC {
		t.Errorf("%s shares namespaces of the node", name)
	}
	for _, container := range pod.Containers {
		s := container.SecurityContext
		if s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem ||
			s.Capabilities == nil || !slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) || len(s.Capabilities.Add) > 0 {
			t.Errorf("%s: its container may do more than it needs: %+v", name, s)
		}
		if container.Resources.Limits.Memory().IsZero() || container.Resources.Requests.Cpu().IsZero() {
			t.Errorf("%s has no limit of memory, or asks for no processor", name)
		}
	}
}

// holdPorts fails when a probe names a port that the container has not, a mount a volume
// that the Pod has not, or the ports are not those of the Dockerfile.
func holdPorts(t *testing.T, c cluster, name string, pod corev1.PodTemplateSpec) {
	t.Helper()
	container := pod.Spec.Containers[0]
	ports := make(map[string]int32)
	for _, p := range container.Ports {
		ports[p.Name] = p.ContainerPort
	}
	for _, probe := range []*corev1.Probe{container.StartupProbe, container.LivenessProbe, container.ReadinessProbe} {
		port := ""
		switch {
		case probe.HTTPGet != nil:
			port = probe.HTTPGet.Port.StrVal
		case probe.TCPSocket != nil:
			port = probe.TCPSocket.Port.StrVal
		}
		if _, ok := ports[port]; port != "" && !ok {
			t.Errorf("%s: a probe asks at the port %q, of %v", name, port, ports)
		}
	}
	if name == "Deployment/archbot" {
		env := readDockerfile(t).env()
		settings := c.configs[configName(t, c)].Data
		for port, setting := range map[string]string{"http": "ARCHBOT_ADDR", "private": "ARCHBOT_PRIVATE_ADDR"} {
			if want := fmt.Sprintf(":%d", ports[port]); settings[setting] != want || env[setting] != want {
				t.Errorf("%s is %q, in the image %q, and the port %s is %s", setting, settings[setting], env[setting], port, want)
			}
		}
	}
	for _, mount := range container.VolumeMounts {
		declared := slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == mount.Name })
		if !declared && mount.Name != "data" { // which a StatefulSet claims
			t.Errorf("%s mounts %q, which it does not have", name, mount.Name)
		}
	}
}

// holdSelects fails when what chooses Pods chooses none, or those of another.
func holdSelects(t *testing.T, c cluster, name string, by *metav1.LabelSelector) {
	t.Helper()
	selector, err := metav1.LabelSelectorAsSelector(by)
	if err != nil {
		t.Fatal(err)
	}
	_, own, _ := strings.Cut(name, "/")
	for of, pod := range c.pods {
		_, whose, _ := strings.Cut(of, "/")
		if got, want := selector.Matches(labels.Set(pod.Labels)), whose == own; got != want {
			t.Errorf("%s chooses the Pods of %s: %v, want %v", name, of, got, want)
		}
	}
}

// Metrics and profiles are for the monitoring alone; Redis hears the bot, and nobody.
func TestNetworkPolicies(t *testing.T) {
	c := build(t, "overlays/redis")
	bot := c.policies["NetworkPolicy/archbot"].Spec
	from := make(map[string]string) // which namespace reaches which port
	for _, rule := range bot.Ingress {
		for _, port := range rule.Ports {
			for _, peer := range rule.From {
				from[port.Port.StrVal] += peer.NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]
			}
		}
	}
	if want := map[string]string{"http": "ingress-nginx", "private": "monitoring"}; !maps.Equal(from, want) {
		t.Errorf("the ports are open to %v, want %v", from, want)
	}
	reaches := false
	for _, rule := range bot.Egress {
		for _, peer := range rule.To {
			if peer.PodSelector != nil && peer.NamespaceSelector == nil {
				reaches = reaches || maps.Equal(peer.PodSelector.MatchLabels, c.pods["StatefulSet/redis"].Labels)
			}
			if peer.IPBlock != nil && len(peer.IPBlock.Except) == 0 {
				t.Errorf("it reaches all of %s, private addresses too", peer.IPBlock.CIDR)
			}
		}
	}
	redis := c.policies["NetworkPolicy/redis"].Spec
	if !reaches || len(redis.Egress) > 0 || !slices.Contains(redis.PolicyTypes, networkingv1.PolicyTypeEgress) || len(redis.Ingress) != 1 ||
		!maps.Equal(redis.Ingress[0].From[0].PodSelector.MatchLabels, c.pods["Deployment/archbot"].Labels) {
		t.Errorf("the bot reaches Redis: %v; its own policy is %+v", reaches, redis)
	}
}
